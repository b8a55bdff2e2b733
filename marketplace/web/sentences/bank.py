"""Sentences of bank statements and of money that came in."""

SENTENCES = {
    "statement_missing": "Pilih dulu berkas mutasinya.",
    "statement_empty": "Berkas ini kosong. Unduh lagi mutasinya dari bank.",
    "statement_too_large": "Berkas ini lebih dari {most} MB. Unduh mutasi untuk masa lebih pendek.",
    "statement_is_excel": "Ini berkas Excel. Buka, simpan sebagai CSV, lalu kirim lagi.",
    "statement_is_pdf": "Ini berkas PDF. Unduh mutasinya dari bank dalam bentuk CSV.",
    "statement_unreadable": "Berkas ini bukan teks yang bisa dibaca. Unduh lagi dalam bentuk CSV.",
    "statement_no_columns": "Tidak ada tabel di berkas ini. Unduh lagi dalam bentuk CSV.",
    "statement_too_long": "Berkas ini lebih dari {most} baris. Unduh mutasi masa lebih pendek.",
    "statement_bad_row": "Baris {row} tidak bisa dibaca, mungkin tanda kutipnya kurang satu.",
    "statement_no_lines": "Dengan kolom ini tidak ada uang masuk. Periksa pilihan kolomnya.",
    "statement_kept": "Mutasi ini sudah disimpan.",
    "account_unknown": "Pilih rekening dari daftar.",
    "account_exists": "Rekening itu sudah ada di daftar.",
    "receipt_done": "Uang ini sudah selesai dicatat.",
    "receipt_offered": "Uang ini sedang ditawarkan ke pembeli. Tunggu jawabannya dulu.",
    "payment_elsewhere": "Pembayaran itu lewat penyedia lain, bukan rekening kita.",
    "second_person": "Uang lebih dari Rp{limit} harus dikirim oleh petugas lain.",
}
