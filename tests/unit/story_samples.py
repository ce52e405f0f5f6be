"""Fictional events, each told by two to five outlets, with the figures on which these disagree."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from summarizer.dates import WIB
from summarizer.story_digest import StoryArticle

MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=WIB)


@dataclass(frozen=True)
class SampleStory:
    """Articles of one event; `differences` are (what, ((outlet, value), ...)), newest first."""

    name: str
    articles: tuple[StoryArticle, ...]
    differences: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


def article(outlet: str, minutes: int, title: str, *sentences: str) -> StoryArticle:
    """An article published so many minutes after 06.00 WIB, a sentence a paragraph."""
    return StoryArticle(outlet, title, "\n\n".join(sentences), MORNING + timedelta(minutes=minutes))


FERRY = SampleStory(
    "a growing toll",
    (
        article(
            "Warta Nusa",
            0,
            "KM Cahaya Lembayan tenggelam, 12 orang meninggal",
            "Kapal motor Cahaya Lembayan tenggelam di Selat Batunara pada Senin (23/11) malam dan 12 orang meninggal.",
            "Kapal itu membawa 88 penumpang dari Pelabuhan Sagara ketika ombak setinggi tiga meter menghantam lambung.",
            "Sebanyak 61 penumpang diselamatkan nelayan Desa Tanjung Wening yang melaut di sekitar lokasi.",
            "Kepala Kantor SAR Sagara Budi Lesmana mengatakan pencarian dilanjutkan pada Selasa pagi.",
        ),
        article(
            "Kabar Pesisir",
            180,
            "Korban tewas kapal tenggelam di Selat Batunara jadi 14 orang",
            "Korban tewas akibat tenggelamnya kapal motor Cahaya Lembayan di Selat Batunara bertambah menjadi 14 orang "
            "hingga Selasa (24/11) pagi.",
            "Dua jenazah terakhir ditemukan penyelam di ruang mesin kapal pada pukul 07.40 WIB.",
            "Sebanyak 61 penumpang diselamatkan nelayan setempat, sedangkan 13 orang masih dicari.",
            "Komite keselamatan pelayaran mulai memeriksa nakhoda dan daftar muatan kapal.",
        ),
    ),
    (("korban tewas", (("Kabar Pesisir", "14 orang"), ("Warta Nusa", "12 orang"))),),
)
QUAKE = SampleStory(
    "a corrected magnitude",
    (
        article(
            "Antariksa Pos",
            5,
            "Gempa magnitudo 6,1 guncang Teluk Maren",
            "Gempa berkekuatan magnitudo 6,1 mengguncang Teluk Maren pada Selasa (24/11) pukul 05.47 WIB.",
            "Pusat gempa berada di laut pada kedalaman 10 kilometer, 42 kilometer sebelah barat Kota Maren.",
            "Warga berlari ke perbukitan meskipun tidak ada peringatan tsunami.",
        ),
        article(
            "Kabar Pesisir",
            65,
            "Gempa Teluk Maren rusak puluhan rumah",
            "Gempa dengan magnitudo 5,9 yang mengguncang Teluk Maren pada Selasa (24/11) pagi merusak puluhan rumah.",
            "Badan meteorologi memperbarui kekuatan gempa setelah membaca data dari enam stasiun.",
            "Bupati Maren Tirta Salampessy menyiapkan tenda di tiga lapangan desa.",
        ),
    ),
    (("magnitudo", (("Kabar Pesisir", "5,9"), ("Antariksa Pos", "6,1"))),),
)
FIRE = SampleStory(
    "estimates of a loss",
    (
        article(
            "Harian Wening",
            30,
            "Pasar Wening terbakar, 210 kios hangus",
            "Kebakaran melanda Pasar Wening di Kota Sagara pada Senin malam dan menghanguskan 210 kios.",
            "Kerugian ditaksir mencapai Rp 8 miliar, kata Kepala Dinas Perdagangan Sagara Lina Marwati.",
            "Api pertama kali terlihat di deretan toko plastik pada pukul 21.15 WIB.",
        ),
        article(
            "Warta Nusa",
            95,
            "Polisi selidiki penyebab kebakaran Pasar Wening",
            "Polisi menyelidiki penyebab kebakaran Pasar Wening di Kota Sagara yang menghanguskan 210 kios.",
            "Kerugian diperkirakan Rp 11,5 miliar menurut perhitungan sementara paguyuban pedagang.",
            "Sebanyak enam saksi sudah diperiksa, di antaranya penjaga malam dan pemilik toko plastik.",
        ),
    ),
    (("kerugian", (("Warta Nusa", "Rp 11,5 miliar"), ("Harian Wening", "Rp 8 miliar"))),),
)
RAID = SampleStory(
    "suspects, in figures and in words",
    (
        article(
            "Harian Wening",
            10,
            "Polisi tangkap tiga tersangka pembobol bank",
            "Polisi menetapkan tiga orang sebagai tersangka pembobolan Bank Wanapura di Jalan Melati.",
            "Para tersangka menyamar sebagai petugas perawatan mesin pendingin.",
            "Uang nasabah dijamin aman oleh direksi bank.",
        ),
        article(
            "Kota Kita",
            240,
            "Lima orang jadi tersangka pembobolan Bank Wanapura",
            "Kepolisian Wanapura menetapkan lima orang sebagai tersangka pembobolan Bank Wanapura di Jalan Melati.",
            "Penyidik menyita dua mobil dan alat las dari sebuah bengkel.",
            "Direksi bank memastikan uang nasabah tidak berkurang.",
        ),
        article(
            "Warta Nusa",
            200,
            "Bank Wanapura dibobol lewat saluran pendingin",
            "Pembobol masuk ke Bank Wanapura di Jalan Melati lewat saluran pendingin udara.",
            "Polisi telah menetapkan 5 orang sebagai tersangka pembobolan itu.",
        ),
    ),
    (("tersangka", (("Kota Kita", "lima orang"), ("Warta Nusa", "5 orang"), ("Harian Wening", "tiga orang"))),),
)
FLOOD = SampleStory(
    "displaced people and flooded houses",
    (
        article(
            "Warta Nusa",
            0,
            "Banjir Tirtamulya, 3.200 warga mengungsi",
            "Banjir merendam Kecamatan Rawalaya di Kabupaten Tirtamulya sejak Senin malam.",
            "Sebanyak 3.200 orang mengungsi ke sekolah dan balai desa.",
            "Sebanyak 940 rumah terendam air setinggi satu meter, menurut BPBD Tirtamulya.",
        ),
        article(
            "Kabar Pesisir",
            150,
            "Pengungsi banjir Tirtamulya capai 4.750 orang",
            "Jumlah pengungsi akibat banjir di Kecamatan Rawalaya, Tirtamulya, mencapai 4.750 orang pada Selasa.",
            "Sebanyak 1.120 rumah terendam air setinggi satu meter, menurut data terbaru BPBD Tirtamulya.",
            "Dapur umum membutuhkan beras, selimut, dan makanan bayi.",
        ),
    ),
    (
        ("pengungsi", (("Kabar Pesisir", "4.750 orang"), ("Warta Nusa", "3.200 orang"))),
        ("rumah terendam", (("Kabar Pesisir", "1.120 rumah terendam"), ("Warta Nusa", "940 rumah terendam"))),
    ),
)
PRICE = SampleStory(
    "a price per kilogram",
    (
        article(
            "Harian Wening",
            15,
            "Harga cabai rawit di Sagara melonjak",
            "Harga cabai rawit di Pasar Induk Sagara mencapai Rp 92.000 per kilogram pada Selasa pagi.",
            "Pedagang menyebut hujan di sentra produksi sebagai penyebab pasokan turun separuh.",
        ),
        article(
            "Kota Kita",
            50,
            "Cabai rawit makin mahal, pedagang kurangi stok",
            "Harga cabai rawit di Pasar Induk Sagara menyentuh Rp 98.000 per kilogram pada Selasa.",
            "Pemilik warung di sekitar pasar mengurangi sambal dan menaikkan harga nasi campur.",
        ),
    ),
    (("harga cabai rawit", (("Kota Kita", "Rp 98.000 per kilogram"), ("Harian Wening", "Rp 92.000 per kilogram"))),),
)
NO_DIFFERENCE = (
    SampleStory(
        "the dead and the injured are counted apart",
        (
            article(
                "Warta Nusa",
                0,
                "Bus terguling di Bukit Selarang",
                "Sebuah bus pariwisata terguling di Bukit Selarang pada Senin sore dan 12 orang tewas.",
                "Polisi memeriksa rem bus yang baru diperbaiki pekan lalu.",
            ),
            article(
                "Kota Kita",
                45,
                "Korban bus Bukit Selarang dirawat di dua rumah sakit",
                "Sebanyak 14 orang luka berat akibat bus pariwisata terguling di Bukit Selarang pada Senin sore.",
                "Korban dirawat di dua rumah sakit di Wanapura.",
            ),
            article(
                "Harian Wening",
                60,
                "Penumpang bus Bukit Selarang pulang",
                "Sebanyak 20 orang luka ringan dalam kecelakaan bus pariwisata di Bukit Selarang sudah pulang.",
                "Keluarga menunggu di terminal sejak pagi.",
            ),
        ),
    ),
    SampleStory(
        "a bound and a rounding agree with the figure",
        (
            article(
                "Warta Nusa",
                0,
                "Ribuan peserta ikuti lari amal Sagara",
                "Lebih dari 1.000 orang mengungsi dari lereng Gunung Tamalou setelah status gunung dinaikkan.",
                "Kerugian petani ditaksir sekitar Rp 5 miliar.",
            ),
            article(
                "Kota Kita",
                30,
                "1.234 warga lereng Tamalou mengungsi",
                "Sebanyak 1.234 orang mengungsi dari lereng Gunung Tamalou setelah status gunung dinaikkan.",
                "Kerugian petani ditaksir Rp 5,2 miliar.",
            ),
            article(
                "Harian Wening",
                50,
                "Gunung Tamalou siaga",
                "Sekitar 1.200 orang mengungsi dari lereng Gunung Tamalou sejak status gunung dinaikkan.",
                "Abu tipis turun di tiga desa.",
            ),
        ),
    ),
    SampleStory(
        "at least twelve agrees with twelve",
        (
            article(
                "Warta Nusa",
                0,
                "Tanah longsor di Cihalimun",
                "Sedikitnya 12 orang tewas tertimbun tanah longsor di Cihalimun pada Senin malam.",
                "Alat berat belum dapat masuk karena jalan terputus.",
            ),
            article(
                "Kota Kita",
                30,
                "Dua belas warga tewas tertimbun longsor",
                "Dua belas orang tewas tertimbun tanah longsor di Cihalimun, kata kepala desa setempat.",
                "Hujan masih turun ketika warga menggali dengan cangkul.",
            ),
        ),
    ),
    SampleStory(
        "one place of several has its own count",
        (
            article(
                "Warta Nusa",
                0,
                "Banjir bandang di Pegunungan Arum",
                "Banjir bandang melanda Pegunungan Arum dan tujuh orang meninggal di Kecamatan Pasirlaya.",
                "Jembatan utama hanyut sehingga bantuan dikirim lewat udara.",
            ),
            article(
                "Kota Kita",
                30,
                "Korban banjir bandang Arum",
                "Banjir bandang melanda Pegunungan Arum dan tiga orang meninggal di Kecamatan Bojonglaya.",
                "Puskesmas setempat kekurangan obat luka.",
            ),
        ),
    ),
    SampleStory(
        "two days of one conflict",
        (
            article(
                "Warta Nusa",
                0,
                "Serangan di Estmark",
                "Serangan udara di ibu kota Estmark pada Minggu (22/11) menewaskan 17 orang.",
                "Palang merah membuka rumah sakit lapangan.",
            ),
            article(
                "Kota Kita",
                600,
                "Serangan berlanjut di Estmark",
                "Serangan udara di ibu kota Estmark pada Senin (23/11) menewaskan 24 orang.",
                "Sekolah dan pasar ditutup sampai akhir pekan.",
            ),
        ),
    ),
    SampleStory(
        "history and additions are no toll",
        (
            article(
                "Warta Nusa",
                0,
                "Kapal karam di Lembayan",
                "Kapal kayu karam di perairan Lembayan pada Selasa dini hari dan sembilan orang tewas.",
                "Pada 2019, kecelakaan serupa di perairan Lembayan menewaskan 31 orang.",
                "Korban tewas bertambah dua orang sejak fajar.",
            ),
            article(
                "Kota Kita",
                30,
                "Sembilan tewas dalam kecelakaan kapal",
                "Sembilan orang tewas dalam kecelakaan kapal kayu di perairan Lembayan pada Selasa dini hari.",
                "Kecelakaan itu terburuk sejak 2019, ketika 31 orang tewas.",
            ),
        ),
    ),
    SampleStory(
        "ranges, ages, hours and scores are no counts",
        (
            article(
                "Warta Nusa",
                0,
                "Bahari Sagara menang 2-1",
                "Bahari Sagara mengalahkan Laskar Wanapura 2-1 di Stadion Gelora Cakrawala pada pukul 19.30 WIB.",
                "Kapten berusia 34 tahun itu diperkirakan absen dua sampai tiga pekan.",
                "Sebanyak 41.000 penonton hadir di stadion.",
            ),
            article(
                "Kota Kita",
                30,
                "Bahari Sagara juara",
                "Bahari Sagara juara setelah mengalahkan Laskar Wanapura 2-1 di Stadion Gelora Cakrawala.",
                "Gol penentu lahir pada menit ke-112 dari pemain berusia 20 tahun.",
                "Sebanyak 41.000 penonton hadir di stadion.",
            ),
        ),
    ),
)
OLDER_OF_THE_SAME_OUTLET = SampleStory(
    "an outlet's own older figure is an update",
    (
        article(
            "Warta Nusa",
            0,
            "Longsor Rawalaya, empat orang tewas",
            "Tanah longsor menimbun lima rumah di Desa Rawalaya pada Senin malam dan empat orang tewas.",
            "Tim gabungan mencari korban dengan anjing pelacak dan dua ekskavator.",
        ),
        article(
            "Warta Nusa",
            300,
            "Longsor Rawalaya, korban tewas jadi enam orang",
            "Korban tewas akibat tanah longsor di Desa Rawalaya menjadi enam orang pada Selasa siang.",
            "Dua jenazah ditemukan di bawah puing musala.",
        ),
    ),
)
FIVE_OUTLETS = SampleStory(
    "five outlets, three figures",
    (
        article(
            "Warta Nusa",
            0,
            "Pabrik petasan di Cipatra meledak",
            "Pabrik petasan di Cipatra meledak pada Senin malam dan menewaskan delapan orang.",
            "Ledakan terdengar sampai lima kilometer dari lokasi.",
        ),
        article(
            "Kabar Pesisir",
            60,
            "Ledakan pabrik petasan tewaskan pekerja",
            "Ledakan pabrik petasan di Cipatra pada Senin malam menewaskan sembilan orang.",
            "Pemilik pabrik diperiksa polisi soal izin gudang bahan peledak.",
        ),
        article(
            "Kota Kita",
            90,
            "Warga Cipatra gelar doa bersama",
            "Warga Cipatra menggelar doa bersama untuk korban ledakan pabrik petasan.",
            "Sembilan orang tewas dalam ledakan pabrik petasan di Cipatra itu.",
        ),
        article(
            "Harian Wening",
            120,
            "Korban ledakan Cipatra jadi 11 orang",
            "Korban tewas akibat ledakan pabrik petasan di Cipatra bertambah menjadi 11 orang.",
            "Rumah sakit daerah meminta tambahan kantong darah.",
        ),
        article(
            "Antariksa Pos",
            100,
            "Pemerintah cabut izin pabrik petasan",
            "Pemerintah kabupaten mencabut izin pabrik petasan di Cipatra setelah ledakan itu.",
            "Tujuh gudang lain diperiksa mulai pekan ini.",
        ),
    ),
    (
        (
            "korban tewas",
            (
                ("Harian Wening", "11 orang"),
                ("Kota Kita", "sembilan orang"),
                ("Kabar Pesisir", "sembilan orang"),
                ("Warta Nusa", "delapan orang"),
            ),
        ),
    ),
)

STORIES = (FERRY, QUAKE, FIRE, RAID, FLOOD, PRICE, *NO_DIFFERENCE, OLDER_OF_THE_SAME_OUTLET, FIVE_OUTLETS)
