"""Sentences of the catalogue: making a product, its price and stock, and the look of the dinas."""

SENTENCES = {
    "category_unknown": "Pilih jenis produk dari daftar.",
    "answer_missing": "Jawab dulu: {question}.",
    "answer_wrong": "{question} belum benar. Periksa lagi.",
    "price_out_of_range": "Harga paling sedikit Rp1.",
    "variants_out_of_range": "Paling sedikit 1 dan paling banyak {most} pilihan.",
    "variant_needs_name": "Isi ukuran atau warna untuk pilihan ini.",
    "variant_twice": "{name} sudah ada. Beri nama lain.",
    "weight_out_of_range": "Berat paling sedikit 1 gram dan paling banyak 500 kg.",
    "side_out_of_range": "Ukuran paling banyak 5.000 cm.",
    "lead_out_of_range": "Lama pembuatan 1 sampai {most} hari.",
    "product_incomplete": "Masih ada yang belum diisi. Lengkapi dulu, lalu tayangkan.",
    "too_many_quotas": "Paling banyak {most} kapasitas.",
    "per_week_out_of_range": "Kapasitas 1 sampai {most} potong.",
    "horizon_out_of_range": "Pesanan diterima untuk 1 sampai {most} minggu.",
    "week_promised": "{used} potong sudah dijanjikan untuk minggu itu. Kapasitasnya paling sedikit "
    "{used}.",
    "weeks_full": "Minggu itu baru saja penuh. Belum ada yang dibayar.",
    "not_sold_out": "{name} sudah ada lagi. Silakan langsung beli.",
    "shelf_moved": "Tadi di catatan {shown}, sekarang {now}: ada paket yang dikirim, atau orang "
    "lain sudah menghitung. Isian {counted} belum disimpan. Lihat raknya sekali lagi.",
    "product_gone": "Produk ini dihapus lebih dari {days} hari lalu, jadi tidak bisa kembali.",
    "already_decided": "Petugas lain sudah memutuskan produk ini.",
    "changed_while_reviewed": "Perajin baru saja mengubah produk ini. Lihat isi terbarunya dulu.",
}
