"""Sentences of the people room."""

SENTENCES = {
    "too_many_searches": "Terlalu banyak pencarian sekaligus. Coba lagi sebentar lagi.",
    "password_short": "Kata sandi paling sedikit {least} huruf. Beberapa kata juga boleh.",
    "password_long": "Kata sandi paling panjang {most} huruf.",
    "password_common": "Kata sandi ini mudah ditebak karena dipakai banyak orang. Pilih yang lain.",
    "password_personal": "Kata sandi ini mirip nama Anda atau nama pasar ini. Pilih yang lain.",
    "password_wrong": "Kata sandi belum benar. Coba lagi.",
    "password_same": "Kata sandi baru masih sama dengan yang lama.",
    "sign_in_wrong": "Email atau kata sandi belum benar, atau alamatnya belum dikonfirmasi.",
    "link_over": "Tautan ini sudah kedaluwarsa atau sudah dipakai.",
    "email_taken": "Alamat ini sudah dipakai akun lain.",
    "email_same": "Ini sudah alamat email Anda.",
    "code_wrong": "Kode belum benar. Lihat lagi di aplikasi, lalu ketik kode yang terbaru.",
    "code_used": "Kode ini sudah dipakai. Tunggu kode berikutnya, paling lama 30 detik.",
    "second_factor_lost": "Kode akun ini tidak bisa diperiksa lagi. Hubungi admin.",
    "second_factor_needed": "Petugas wajib memakai kode masuk, jadi tidak bisa dimatikan.",
    "enrolment_over": "Gambar kode sudah diganti. Pindai yang baru, lalu ketik kodenya.",
    "too_many_addresses": "Paling banyak {most} alamat. Hapus salah satu dulu.",
    "last_admin": "Harus tetap ada satu admin. Angkat admin lain lebih dulu.",
    "owns_shop": "{shop} belum punya pemilik lain. Tambah pemilik atau tutup tokonya dulu.",
    "not_oneself": "Peran sendiri diubah oleh admin lain.",
}
