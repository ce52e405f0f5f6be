"""What the chat page says when something cannot be done. The only words of the sandbox that a visitor reads."""

from __future__ import annotations

UNKNOWN_USER = "Orang itu tidak dikenal."
UNKNOWN_CHAT = "Percakapan itu tidak dikenal."
UNKNOWN_MESSAGE = "Pesan itu tidak ada."
UNKNOWN_FILE = "Berkas itu tidak ada."
NOT_A_MEMBER = "Orang itu bukan anggota percakapan ini."
BOT_IS_BLOCKED = "Bot ini sedang diblokir. Buka blokirnya dulu."
GROUP_HAS_MOVED = "Grup ini sudah pindah ke grup super."
TEXT_IS_EMPTY = "Tulis pesannya dulu."
TEXT_IS_TOO_LONG = "Pesan paling panjang 4096 huruf."
CLOCK_GOES_FORWARD = "Jam hanya bisa dimajukan."
CLOCK_NEEDS_A_TIME = "Tulis advance_minutes (menit) atau to (waktu ISO dengan zona)."
CANNOT_BE_SERVED = "Permintaan ini tidak bisa dilayani."
FOREIGN_REQUEST = "Permintaan dari situs lain ditolak."
NOT_JSON = "Kirim data sebagai application/json."
BAD_FIELDS = "Data yang dikirim tidak lengkap atau salah jenis."
