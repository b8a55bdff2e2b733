"""Sentences of the makers room: applying, keeping a shop, its people, sentra."""

SENTENCES = {
    "email_not_confirmed": "Konfirmasi dulu alamat email Bapak/Ibu, lalu coba lagi.",
    "too_many_applications": "Sudah ada {most} permohonan yang belum selesai. Lanjutkan salah satu "
    "dulu.",
    "application_incomplete": "Masih ada yang belum diisi. Lengkapi dulu, lalu kirim.",
    "shop_is_closed": "Toko ini sudah ditutup, jadi tidak bisa diubah lagi.",
    "shop_already_decided": "Toko ini baru saja diubah orang lain. Lihat isi terbarunya dulu.",
    "name_does_not_match": "Nama belum sama. Ketik: {name}.",
    "since_out_of_range": "Tahun mulai antara {least} dan {most}.",
    "unknown_village": "Pilih kalurahan atau desa dari daftar.",
    "unknown_sector": "Pilih jenis usaha dari daftar.",
    "unknown_sentra": "Pilih sentra dari daftar.",
    "unknown_shop": "Tidak ada toko dengan kode itu.",
    "hours_do_not_fit": "Isi jam buka paling sedikit satu hari. Jam tutup sesudah jam buka.",
    "nib_wrong": "NIB terdiri dari 13 angka.",
    "holiday_order": "Hari terakhir libur tidak boleh sebelum hari pertama.",
    "reason_missing": "Tulis alasannya, supaya perajin tahu apa yang perlu dilakukan.",
    "visit_out_of_range": "Tanggal kunjungan tidak boleh di masa depan.",
    "already_member": "Orang ini sudah ada di tim.",
    "too_many_members": "Paling banyak {most} orang dalam satu toko, undangan ikut dihitung.",
    "invitation_over": "Undangan ini sudah dipakai, dibatalkan, atau lewat waktunya.",
    "invitation_for_another": "Undangan ini untuk alamat email lain.",
    "last_owner": "Toko harus punya paling sedikit satu pemilik. Angkat pemilik lain lebih dulu.",
    "sentra_full": "Paling banyak {most} nama dalam satu sentra.",
    "sentra_member_known": "Nama ini sudah ada di daftar.",
}
