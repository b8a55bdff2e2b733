"""Sentences of the label composer."""

SENTENCES = {
    "label_pirt_form": "Nomor P-IRT terdiri dari 15 angka. Contoh: 2063404011234-28. "
    "Nomor BPOM diawali MD.",
    "label_pirt_over": "Menurut nomor ini, izin P-IRT berlaku sampai {year}. Perpanjang dulu "
    "sebelum mencetak.",
    "label_bpom_form": "Nomor BPOM diawali huruf seperti NA, lalu 11 angka atau lebih.",
    "label_halal_form": "Nomor halal berisi huruf dan angka saja. Contoh: ID34110000123456789.",
    "label_ean_form": "Nomor barcode terdiri dari 13 angka.",
    "label_ean_check": "Nomor barcode belum benar: angka terakhir tidak cocok. Salin sekali lagi.",
    "label_past": "Tanggal ini sudah lewat. Pilih tanggal sesudah hari ini.",
    "label_too_far": "Paling lama {years} tahun dari sekarang.",
    "label_changed": "Label ini baru saja diubah orang lain. Isian Bapak/Ibu masih ada di bawah. "
    "Periksa, lalu simpan lagi.",
    "label_incomplete": "Label belum bisa dicetak: masih ada yang harus diisi atau disimpan.",
    "label_too_much_facts": "Tulisan terlalu banyak untuk kemasan ini. Pilih kemasan yang lebih "
    "besar, atau pendekkan komposisi dan cara simpan.",
    "label_too_much_name": "Nama produk terlalu panjang untuk kemasan ini. Pilih yang lebih besar.",
    "label_too_much_maker": "Nama toko terlalu panjang untuk kemasan ini. Pilih yang lebih besar.",
    "label_too_much_place": "Isi dan tempat terlalu panjang untuk kemasan ini. Pilih yang lebih "
    "besar.",
    "label_too_much_codes": "Kode QR dan barcode tidak muat. Pilih kemasan yang lebih besar.",
    "label_not_drawn": "Label belum bisa digambar sekarang. Isian sudah tersimpan. Coba lagi "
    "sebentar.",
}
