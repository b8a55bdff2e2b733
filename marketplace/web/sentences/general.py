"""Sentences for what can go wrong anywhere."""

SENTENCES = {
    "invalid": "Ada isian yang belum benar. Periksa lagi, lalu kirim ulang.",
    "not_found": "Halaman ini tidak ada. Mungkin barangnya sudah habis.",
    "not_allowed": "Halaman ini bukan untuk akun Anda.",
    "conflict": "Keadaannya sudah berubah. Muat ulang halaman ini, lalu coba lagi.",
    "too_many": "Terlalu banyak percobaan. Coba lagi {wait} lagi.",
    "outside_failed": "Layanan di luar sedang tidak menjawab. Coba lagi sebentar lagi.",
    "wrong_state": "Keadaannya sudah berubah. Muat ulang halaman ini, lalu coba lagi.",
    "session_over": "Anda terlalu lama diam, jadi kami keluarkan demi keamanan. Masuk lagi.",
    "other_site": "Permintaan ini datang dari situs lain, jadi kami tolak demi keamanan.",
    "wrong_role": "Halaman ini hanya untuk petugas. Anda masuk sebagai {name}.",
    "owner_only": "Hanya pemilik {shop} yang boleh melakukan ini.",
    "own_shop": "Ini menyangkut toko Bapak/Ibu sendiri. Petugas lain yang harus memutuskan.",
    "own_order": "Ini menyangkut pesanan Bapak/Ibu sendiri, sebagai pembeli atau sebagai toko. "
    "Petugas lain yang harus memutuskan.",
    "stale_form": "Orang lain sudah mengubah isian ini. Bandingkan dulu, lalu simpan lagi.",
    "stale_token": "Halaman ini terbuka terlalu lama. Isiannya masih ada. Kirim sekali lagi.",
}
