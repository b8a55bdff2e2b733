"""Sentences of complaints."""

SENTENCES = {
    "complaint_open": "Pesanan ini sedang dikeluhkan. Selesaikan keluhannya dulu.",
    "nothing_sent_yet": "Keluhan bisa diajukan setelah ada barang yang dikirim.",
    "complaint_twice": "Pesanan ini sudah pernah dikeluhkan.",
    "complaint_too_late": "Pesanan ini sudah selesai, jadi tidak bisa dikeluhkan lagi.",
    "complaint_pieces": "Pilih barang yang bermasalah, dan jumlahnya.",
    "complaint_amount": "Paling banyak {most} yang bisa kembali.",
    "complaint_amount_missing": "Isi jumlah uang yang Anda minta kembali.",
    "complaint_moved": "Keluhan ini baru saja berubah. Lihat keadaannya di bawah.",
    "complaint_desk": "Dinas sedang memutuskan. Sekarang hanya bisa mengembalikan {wished} penuh.",
    "complaint_no_resend": "Pembeli meminta uang kembali, bukan barang pengganti.",
    "decision_amount": "Isi jumlah yang kembali ke pembeli.",
    "complaint_photos": "Paling banyak {most} foto.",
    "complaint_money_at_bank": "Bank pembeli sudah mengambil uang ini lewat sanggahan. "
    "Kalau dikembalikan juga, pembeli dibayar dua kali.",
    "photo_not_shown": "Foto sedang tidak bisa diambil. Coba lagi sebentar lagi.",
}
