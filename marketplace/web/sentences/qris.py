"""Sentences of QRIS codes."""

SENTENCES = {
    "qris_no_square": "Di gambar ini tidak ada kode QR yang terbaca. Foto lagi dari dekat, lurus "
    "dan terang, atau tempel isinya.",
    "qris_not_one": "Ini bukan isi kode QRIS. Isinya diawali 000201.",
    "qris_broken": "Isi QRIS ini terpotong atau rusak. Salin lagi seluruhnya.",
    "qris_mistyped": "Ada huruf yang salah atau hilang: angka pemeriksanya tidak cocok.",
    "qris_one_sale": "Ini QRIS untuk satu transaksi (dinamis). Pakai QRIS statis dari penyedia.",
    "qris_tip": "QRIS ini meminta tip, jadi jumlahnya tidak bisa tepat. Minta QRIS tanpa tip.",
    "qris_foreign": "Ini kode QR negara lain. Pakai QRIS Indonesia dalam rupiah.",
    "qris_no_merchant": "QRIS ini tidak menyebut nama merchant atau penyedianya.",
}
