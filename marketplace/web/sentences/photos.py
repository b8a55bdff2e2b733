"""Sentences about photos that cannot be used, and what to do instead."""

SENTENCES = {
    "photos_at_once": "Kirim paling banyak {most} foto sekaligus. Sisanya bisa menyusul.",
    "photo_missing": "Pilih foto dulu, atau ambil dengan kamera.",
    "photo_not_a_picture": "Berkas ini bukan foto. Pilih foto dari galeri atau ambil dengan "
    "kamera.",
    "photo_too_large": "Foto terlalu besar (lebih dari 10 MB). Ambil ulang dengan ukuran sedang, "
    "atau kirim satu-satu.",
    "photo_too_many_pixels": "Foto terlalu besar untuk dibuka. Ambil ulang dengan ukuran sedang.",
    "photo_too_small": "Foto terlalu kecil, nanti pecah. Ambil ulang lebih dekat.",
    "photo_truncated": "Foto ini tidak utuh. Pilih foto lain, atau ambil ulang.",
    "photo_animated": "Gambar bergerak belum bisa dipakai. Pilih foto biasa.",
    "photo_took_too_long": "Foto ini terlalu berat untuk dibuka. Ambil ulang dengan kamera.",
    "photo_too_many": "Paling banyak {most} foto untuk satu produk. Hapus satu dulu.",
    "photo_no_room": "Tempat foto toko ini sudah penuh. Hapus foto lama dulu.",
    "photos_too_fast": "Sudah 60 foto dalam satu jam. Coba lagi {wait} lagi.",
    "photo_not_stored": "Foto belum tersimpan karena tempat foto sedang tidak menjawab. Isian lain "
    "aman. Coba lagi sebentar lagi.",
    "photo_not_ready": "Foto ini belum siap. Tunggu sebentar, lalu coba lagi.",
    "photo_gone": "Foto ini sudah dihapus untuk seterusnya. Kirim ulang fotonya.",
}
