"""Other names for the same: abbreviations of everyday use, countries, clubs by their nicknames.

What an article itself introduces ("Komisi Penyelamat Sungai (KPS)") is found by its letters in `names`; here stands
what no rule on letters finds, or what an article need not say because every reader knows it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

# A line for each; an abbreviation that is read as its words may stand for them in lower case too.
_GROUPS = """
as|usa|amerika|amerika serikat|negeri paman sam|paman sam
cina|china|tiongkok|rrt|negeri tirai bambu
inggris|britania|britania raya|inggris raya
jepang|negeri sakura|negeri matahari terbit
korsel|korea selatan|negeri ginseng
korut|korea utara
ri|republik indonesia|indonesia|tanah air
dki|dki jakarta|jakarta|ibu kota|ibukota
jokowi|joko widodo
sby|susilo bambang yudhoyono
ahok|basuki|basuki tjahaja purnama
jk|jusuf kalla
pbb|perserikatan bangsa bangsa
ue|uni eropa
ham|hak asasi manusia
uu|undang undang
uud|undang undang dasar
ruu|rancangan undang undang
perppu|peraturan pemerintah pengganti undang undang
bbm|bahan bakar minyak
apbn|anggaran pendapatan dan belanja negara
wni|warga negara indonesia|warga indonesia
wna|warga negara asing|warga asing
tki|tenaga kerja indonesia|buruh migran indonesia
pns|pegawai negeri sipil|pegawai negeri
asn|aparatur sipil negara
rs|rumah sakit
rsud|rumah sakit umum daerah
sd|sekolah dasar
smp|sekolah menengah pertama
sma|sekolah menengah atas
smk|sekolah menengah kejuruan
sdm|sumber daya manusia
psk|pekerja seks komersial
hut|hari ulang tahun|hari kemerdekaan|ulang tahun
tkp|tempat kejadian perkara|lokasi kejadian
ktp|kartu tanda penduduk
sim|surat izin mengemudi
ott|operasi tangkap tangan
lsm|lembaga swadaya masyarakat
ormas|organisasi kemasyarakatan|organisasi masyarakat
parpol|partai politik
pilkada|pemilihan kepala daerah
pilgub|pemilihan gubernur|pemilihan gubernur dan wakil gubernur
pilpres|pemilihan presiden
pilwalkot|pemilihan wali kota
pilbup|pemilihan bupati
pileg|pemilihan legislatif|pemilihan umum legislatif
pemilu|pemilihan umum
cagub|calon gubernur
cawagub|calon wakil gubernur
capres|calon presiden
cawapres|calon wakil presiden
wagub|wakil gubernur
wapres|wakil presiden
mendagri|menteri dalam negeri
kemendagri|kementerian dalam negeri
menlu|menteri luar negeri
kemenlu|kementerian luar negeri
menkeu|menteri keuangan
kemenkeu|kementerian keuangan
menpora|menteri pemuda dan olahraga|menteri pemuda dan olah raga
kemenpora|kementerian pemuda dan olahraga|kementerian pemuda dan olah raga
menkumham|menteri hukum dan ham|menteri hukum dan hak asasi manusia
kemenkumham|kementerian hukum dan ham|kementerian hukum dan hak asasi manusia
mendikbud|menteri pendidikan dan kebudayaan
kemendikbud|kementerian pendidikan dan kebudayaan
menkominfo|menteri komunikasi dan informatika
kemkominfo|kemenkominfo|kominfo|kementerian komunikasi dan informatika
dirjen|direktur jenderal|direktorat jenderal
sekjen|sekretaris jenderal
dirut|direktur utama
waketum|wakil ketua umum
ketum|ketua umum
sekda|sekretaris daerah
pemprov|pemerintah provinsi
pemkot|pemerintah kota
pemkab|pemerintah kabupaten
pemda|pemerintah daerah
polri|kepolisian|kepolisian republik indonesia|kepolisian negara|kepolisian ri|polisi
kapolri|kepala polri|kepala kepolisian|kepala kepolisian ri
polda|kepolisian daerah
kapolda|kepala polda|kepala kepolisian daerah|kepolisian daerah
polres|polresta|polrestabes|kepolisian resor|kepolisian resort
kapolres|kapolresta|kapolrestabes|kepala polres|kepala kepolisian resor|kepala kepolisian resort
polsek|kepolisian sektor
kapolsek|kepala polsek|kepala kepolisian sektor
kabid|kepala bidang
kadiv|kepala divisi
kadis|kepala dinas
kadispen|kepala dinas penerangan
kabag|kepala bagian
humas|hubungan masyarakat
reskrim|reserse kriminal
kasat|kepala satuan
kanit|kepala unit
lapas|lembaga pemasyarakatan
rutan|rumah tahanan|rumah tahanan negara
kejagung|kejaksaan agung
kejari|kejaksaan negeri
kejati|kejaksaan tinggi
ma|mahkamah agung
mk|mahkamah konstitusi
dpr|dewan perwakilan rakyat
dprd|dewan perwakilan rakyat daerah
mpr|majelis permusyawaratan rakyat
tni|tentara nasional indonesia
densus|densus 88|detasemen khusus|detasemen khusus 88
timnas|tim nasional|garuda|skuat garuda|tim garuda|tim merah putih|merah putih|garuda muda|garuda nusantara|indonesia
pelatnas|pemusatan latihan|pemusatan latihan nasional
persija|persija jakarta|macan kemayoran
persib|persib bandung|maung bandung
arema|arema fc|singo edan
mu|manchester united|united|man united|manunited|setan merah|the red devils|red devils
city|manchester city|man city|the citizens|citizens
chelsea|the blues|si biru
arsenal|the gunners|gunners|meriam london
liverpool|the reds|si merah
tottenham|tottenham hotspur|spurs|the lilywhites
southampton|the saints
everton|the toffees
leicester|leicester city|the foxes
madrid|real madrid|los blancos|el real
barcelona|barca|barça|blaugrana|azulgrana|el barca
atletico|atletico madrid|los rojiblancos
juventus|juve|si nyonya tua|nyonya tua|bianconeri|i bianconeri
milan|ac milan|rossoneri|i rossoneri|il diavolo rosso
inter|inter milan|nerazzurri|i nerazzurri
roma|as roma|giallorossi|il giallorossi|serigala ibukota|serigala ibu kota
napoli|partenopei
lazio|biancocelesti
bayern|bayern munich|bayern muenchen|bayern munchen|die roten
dortmund|borussia dortmund|die borussen
psg|paris saint germain|les parisiens
portugal|selecao das quinas
spanyol|la furia roja|la roja
brasil|selecao|tim samba
argentina|albiceleste|la albiceleste|tim tango
italia|azzurri|gli azzurri
jerman|der panzer|die mannschaft
belanda|de oranje|oranje
prancis|les bleus
group|grup
h|hijriah|hijriyah
epl|premier league|liga primer|liga premier|liga primer inggris|liga premier inggris|liga inggris
la liga|liga spanyol
serie a|liga italia
rossi|valentino rossi|the doctor
"""


def _read() -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for line in _GROUPS.split("\n"):
        phrases = [tuple(phrase.split()) for phrase in line.split("|") if phrase]
        for phrase in phrases:
            groups[phrase] += [other for other in phrases if other != phrase]
    return dict(groups)


_OTHERS = _read()
_LONGEST = max(map(len, _OTHERS))


def other_names(words: Sequence[str], at: int) -> Iterator[str]:
    """The other names of what the word `at` is, or is part of.

    Args:
        words: of a sentence, in lower case.
    """
    for begin in range(max(0, at - _LONGEST + 1), at + 1):
        for end in range(at + 1, min(len(words), begin + _LONGEST) + 1):
            yield from map(" ".join, _OTHERS.get(tuple(words[begin:end]), ()))
