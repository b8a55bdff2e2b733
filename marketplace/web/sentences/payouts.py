"""Sentences of paying the makers and of the figures that were decided."""

SENTENCES = {
    "account_bank": "Pilih bank dari daftar.",
    "account_not_digits": "Nomor rekening berisi angka saja. Contoh: 0021 0112 3456 187.",
    "account_length": "Nomor rekening panjangnya {least} sampai {most} angka. Periksa lagi.",
    "account_name_wrong": "Nama akun itu belum benar. Salin dari halaman penyedianya.",
    "account_holder": "Tulis nama seperti di buku tabungan: huruf, spasi, titik, atau koma.",
    "account_same": "Rekening itu sudah tercatat. Tidak ada yang berubah.",
    "account_unknown_there": "Penyedia tidak mengenal akun itu. Salin lagi namanya.",
    "account_not_ready": "Akun itu belum bisa menerima uang. Lengkapi dulu di penyedianya.",
    "account_not_answered": "Penyedia sedang tidak menjawab. Coba lagi beberapa menit lagi.",
    "account_waits_no_more": "Rekening ini sudah dipakai. Untuk mengganti, isi rekening lain.",
    "shop_not_closed": "Toko ini tidak tutup. Uangnya ikut putaran seperti biasa.",
    "already_let_go": "Uang toko ini sudah dilepas.",
    "not_let_go": "Uang toko ini memang masih ditahan.",
    "run_over": "Putaran ini sudah dilepas atau dibatalkan.",
    "run_not_released": "Putaran ini belum disetujui, jadi berkasnya belum ada.",
    "file_empty": "Tidak ada lagi yang harus dibayar dari putaran ini: semua sudah masuk, kembali, "
    "atau sedang dipastikan kembali.",
    "second_person_run": "Bapak/Ibu sudah menyetujui. Petugas lain harus menyetujui juga.",
    "second_person_back": "Bapak/Ibu sudah mencatatnya. Petugas lain harus memastikan juga, atau "
    "pilih baris mutasi yang menunjukkan uangnya kembali.",
    "payout_not_asked": "Tidak ada catatan kembali yang menunggu.",
    "line_not_this": "Baris mutasi itu bukan uang pencairan ini. Pilih baris lain.",
    "payout_not_sent": "Pencairan ini belum dikirim, atau sudah kembali.",
    "figure_out_of_bounds": "Angka itu di luar batas yang masuk akal.",
    "figure_too_soon": "Paling cepat mulai besok.",
}
