"""Sentences of reviews."""

SENTENCES = {
    "review_too_early": "Ulasan bisa ditulis setelah pesanan selesai.",
    "review_own_shop": "Anda anggota toko ini, jadi tidak bisa mengulas barangnya.",
    "review_twice": "Barang ini sudah Anda ulas.",
    "review_too_old": "Ulasan hanya bisa diubah dalam 14 hari setelah ditulis.",
    "review_answered": "Ulasan ini sudah dijawab. Jawaban hanya satu kali.",
    "review_photos": "Paling banyak {most} foto untuk satu ulasan.",
}
