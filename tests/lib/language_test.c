/* language_test.c - languages by script and by letter sequences. */
#include "base/buffer.h"
#include "curate/language.h"
#include "test.h"

/* The Universal Declaration of Human Rights, article 1. */
/* clang-format off */
static const struct {
    const char *code, *text;
} declarations[] = {
    { "af", "Alle menslike wesens word vry, met gelyke waardigheid en regte, gebore." },
    { "am", "የሰው፡ልጅ፡ሁሉ፡ሲወለድ፡ነጻና፡በክብርና፡በመብትም፡እኩልነት፡ያለው፡ነው።" },
    { "ar", "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق." },
    { "az", "Bütün insanlar ləyaqət və hüquqlarına görə azad və bərabər doğulurlar." },
    { "be", "Усе людзі нараджаюцца свабоднымі і роўнымі ў сваёй годнасці і правах." },
    { "bg", "Всички хора се раждат свободни и равни по достойнство и права." },
    { "bn", "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে।" },
    { "bo", "འགྲོ་བ་མིའི་རིགས་རྒྱུད་ཡོངས་ལ་སྐྱེས་ཙམ་ཉིད་ནས་ཆེ་མཐོངས་དང༌།" },
    { "ca", "Tots els éssers humans neixen lliures i iguals en dignitat i en drets." },
    { "cs", "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv." },
    { "cy", "Genir pawb yn rhydd ac yn gydradd â’i gilydd mewn urddas a hawliau." },
    { "da", "Alle mennesker er født frie og lige i værdighed og rettigheder." },
    { "de", "Alle Menschen sind frei und gleich an Würde und Rechten geboren." },
    { "el", "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα." },
    { "en", "All human beings are born free and equal in dignity and rights." },
    { "eo", "Ĉiuj homoj estas denaske liberaj kaj egalaj laŭ digno kaj rajtoj." },
    { "es", "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y" },
    { "et", "Kõik inimesed sünnivad vabadena ja võrdsetena oma väärikuselt ja õigustelt." },
    { "eu", "Gizon-emakume guztiak aske jaiotzen dira, duintasun eta eskubide berberak dituztela; eta ezaguera eta" },
    { "fa", "تمام افراد بشر آزاد بدنیا میایند و از لحاظ حیثیت و حقوق با هم برابرند." },
    { "fi", "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan." },
    { "fr", "Tous les êtres humains naissent libres et égaux en dignité et en droits." },
    { "ga", "Saoláitear na daoine uile saor agus comhionann ina ndínit agus ina gcearta." },
    { "gl", "Tódolos seres humanos nacen libres e iguais en dignidade e dereitos e, dotados como están de razón e" },
    { "gu", "પ્રતિષ્ઠા અને અધિકારોની દૃષ્ટિએ સર્વ માનવો જન્મથી સ્વતંત્ર અને સમાન હોય છે." },
    { "ha", "Su dai ’yan-adam, ana haifuwarsu ne duka ’yantattu, kuma kowannensu na da mutunci da hakkoki daidai da na" },
    { "he", "כל בני אדם נולדו בני חורין ושווים בערכם ובזכויותיהם." },
    { "hi", "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है ।" },
    { "hr", "Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima." },
    { "hu", "Minden emberi lény szabadon születik és egyenlő méltósága és joga van." },
    { "hy", "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։" },
    { "id", "Semua orang dilahirkan merdeka dan mempunyai martabat dan hak-hak yang sama." },
    { "is", "Hver maður er borinn frjáls og jafn öðrum að virðingu og réttindum." },
    { "it", "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti." },
    { "ja", "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。" },
    { "jv", "Saben uwong kalairake kanthi mardika lan darbe martabat lan hak-hak kang padha." },
    { "ka", "ყოველი ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით." },
    { "kk", "Барлық адамдар тумысынан азат және қадір‐қасиеті мен кұқықтары тең болып дүниеге келеді." },
    { "km", "មនុស្សទាំងអស់ កើតមកមានសេរីភាព និងសមភាព ក្នុងផ្នែកសេចក្ដីថ្លៃថ្នូរនិងសិទ្ធិ។ មនុស្ស" },
    { "kn", "ಎಲ್ಲಾ ಮಾನವರೂ ಸ್ವತಂತ್ರರಾಗಿಯೇ ಜನಿಸಿದ್ದಾರೆ." },
    { "ko", "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다." },
    { "ky", "Бардык адамдар өз беделинде жана укуктарында эркин жана тең укуктуу болуп жаралат." },
    { "lo", "ມະນຸດເກີດມາມີສິດເສລີພາບ ແລະ ສະເໝີໜ້າກັນໃນທາງກຽດຕິສັກ ແລະ" },
    { "lt", "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis." },
    { "lv", "Visi cilvēki piedzimst brīvi un vienlīdzīgi savā pašcieņā un tiesībās." },
    { "mk", "Сите човечки суштества се раѓаат слободни и еднакви по достоинство и права." },
    { "ml", "മനുഷ്യരെല്ലാവരും തുല്യാവകാശങ്ങളോടും അന്തസ്സോടും സ്വാതന്ത്ര്യത്തോടുംകൂടി ജനിച്ചിട്ടുള്ളവരാണ്‌." },
    { "mn", "Хүн бүр төрж мэндлэхэд эрх чөлөөтэй, адилхан нэр төртэй, ижил эрхтэй байдаг." },
    { "mr", "सर्व मानवी व्यक्ति जन्मतःच स्वतंत्र आहेत व त्यांना समान प्रतिष्ठा व समान अधिकार आहेत." },
    { "ms", "Kerajaan telah mengumumkan bahawa semua pelajar perlu mendaftar dalam talian sebelum hari Isnin." },
    { "mt", "Il-bnedmin kollha jitwieldu ħielsa u ugwali fid-dinjità u d-drittijiet." },
    { "my", "လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် လည်းကောင်း၊ တူညီလွတ်လပ်သော အခွင့်အရေးများဖြင့် လည်းကောင်း၊" },
    { "ne", "सबै व्यक्ति हरू जन्मजात स्वतन्त्र हुन ती सबैको समान अधिकार र महत्व छ।" },
    { "nl", "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren." },
    { "no", "Alle mennesker er født frie og med samme menneskeverd og menneskerettigheter." },
    { "pa", "ਸਾਰਾ ਮਨੁੱਖੀ ਪਰਿਵਾਰ ਆਪਣੀ ਮਹਿਮਾ, ਸ਼ਾਨ ਅਤੇ ਹੱਕਾਂ ਦੇ ਪੱਖੋਂ ਜਨਮ ਤੋਂ ਹੀ ਆਜ਼ਾਦ ਹੈ ਅਤੇ ਸੁਤੇ ਸਿੱਧ ਸਾਰੇ ਲੋਕ ਬਰਾਬਰ ਹਨ ।" },
    { "pl", "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw." },
    { "ps", "د بشر ټول افراد ازاد نړۍ ته راځي او د حيثيت او د حقوقو له پلوه سره برابر دي۔ ټول د عقل او وجدان خاوندان دي او" },
    { "pt", "Todos os seres humanos nascem livres e iguais em dignidade e em direitos." },
    { "ro", "Toate ființele umane se nasc libere și egale în demnitate și în drepturi." },
    { "ru", "Все люди рождаются свободными и равными в своем достоинстве и правах." },
    { "si", "සියලු මනුෂ්‍යයෝ නිදහස්ව උපත ලබා ඇත." },
    { "sk", "Všetci ľudia sa rodia slobodní a sebe rovní , čo sa týka ich dostojnosti a práv." },
    { "sl", "Vsi ljudje se rodijo svobodni in imajo enako dostojanstvo in enake pravice." },
    { "so", "Aadanaha dhammaantiis wuxuu dhashaa isagoo xor ah kana siman xagga sharafta iyo xuquuqada Waxaa Alle (Ilaah)" },
    { "sq", "Të gjithë njerëzit lindin të lirë dhe të barabartë në dinjitet dhe në të drejta." },
    { "sr", "Сва људска бића рађају се слободна и једнака у достојанству и правима." },
    { "su", "Sakumna jalma gubrag ka alam dunya teh sifatna merdika jeung boga martabat katut hak-hak anu sarua ." },
    { "sv", "Alla människor äro födda fria och lika i värde och rättigheter." },
    { "sw", "Watu wote wamezaliwa huru, hadhi na haki zao ni sawa." },
    { "ta", "மனிதப் பிறிவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; அவர்கள் மதிப்பிலும், உரிமைகளிலும் சமமானவர்கள்," },
    { "te", "ప్రతిపత్తిస్వత్వముల విషయమున మానవులెల్లరును జన్మతః స్వతంత్రులును సమానులును నగుదురు." },
    { "tg", "Тамоми одамон озод ва аз лиҳози шарафу ҳуқуқ ба ҳам баробар ба дунё меоянд." },
    { "th", "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดและสิทธิ ต่างมีเหตุผลและมโนธรรม" },
    { "tl", "Ang lahat ng tao'y isinilang na malaya at pantay-pantay sa karangalan at mga karapatan." },
    { "tr", "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar." },
    { "tt", "Барлык кешеләр дә азат һәм үз абруйлары һәм хокуклары ягыннан тиң булып туалар." },
    { "ug", "ھەممە ئادەم زانىدىنلا ئەركىن، ئىززەت-ھۆرمەت ۋە ھوقۇقتا باپباراۋەر بولۇپ تۇغۇلغان." },
    { "uk", "Всі люди народжуються вільними і рівними у своїй гідності та правах." },
    { "ur", "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔ انہیں ضمیر اور عقل ودیعت ہوئی ہے۔ اس لئے" },
    { "uz", "Barcha odamlar erkin, qadr‐qimmat va huquqlarda teng boʻlib tugʻiladilar." },
    { "vi", "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền." },
    { "yi", "יעדער מענטש װערט געבױרן פֿרײַ און גלײַך אין כּבֿוד און רעכט." },
    { "yo", "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba." },
    { "zh", "人人生而自由,在尊严和权利上一律平等。" },
};
/* clang-format on */
enum { DECLARATIONS = sizeof declarations / sizeof declarations[0] };

static struct language_guess identify(const char *text)
{
    struct language_identifier *identifier = language_identifier_create();
    struct slice slice = slice_of_string(text);
    struct language_guess guess = language_identify(identifier, &slice, 1);
    static char code[8]; /* the identifier's go with it */
    memcpy(code, guess.code, strlen(guess.code) + 1);
    guess.code = code;
    language_identifier_free(identifier);
    return guess;
}

TEST(language_declarations, "language: the declaration of human rights in 82 languages")
{
    struct language_identifier *identifier = language_identifier_create();
    for (size_t i = 0; i < DECLARATIONS; i++) {
        struct slice text = slice_of_string(declarations[i].text);
        struct language_guess guess = language_identify(identifier, &text, 1);
        if (strcmp(guess.code, declarations[i].code) != 0 || guess.confidence < 500)
            test_fail(__FILE__, __LINE__, "%s: found %s with %u", declarations[i].code, guess.code, guess.confidence);
    }
    language_identifier_free(identifier);
}

TEST(language_codes_known, "language: codes are in order, each is known, and so is each that is found")
{
    struct arena arena = { 0 };
    struct slice rest = slice_of_string(language_codes(&arena)), before = SLICE("");
    size_t count = 0;
    for (; rest.length; count++) {
        struct slice code = slice_between(rest, 0, slice_find_byte(rest, ' '));
        EXPECT(slice_compare(before, code) < 0);
        EXPECT(language_is_known(code));
        before = code;
        rest = slice_from(rest, code.length + 1);
    }
    EXPECT_INTEGER(count, 90); /* with und */
    for (size_t i = 0; i < DECLARATIONS; i++)
        EXPECT(language_is_known(slice_of_string(declarations[i].code)));
    EXPECT(!language_is_known(SLICE("e")));
    EXPECT(!language_is_known(SLICE("")));
    EXPECT(!language_is_known(SLICE("english")));
    arena_release(&arena);
}

TEST(language_letterless, "language: without letters of a known script it is und")
{
    EXPECT(strcmp(identify("").code, "und") == 0);
    EXPECT(strcmp(identify("12 + 3 = 15; \xf0\x9f\x98\x80").code, "und") == 0);
    EXPECT_INTEGER(identify("12 + 3 = 15").confidence, 0);
}

TEST(language_japanese, "language: kana among Han characters make Japanese, a few names in Chinese do not")
{
    EXPECT(strcmp(identify("東京都は日本の首都である").code, "ja") == 0);
    EXPECT(strcmp(identify("东京都是日本的首都，位于日本关东平原中部，面向东京湾的国际大都市の").code, "zh") == 0);
}

TEST(language_shares, "language: confidence tells how much of a text looks like it")
{
    struct language_identifier *identifier = language_identifier_create();
    struct buffer text = { 0 };
    const char *english = "The committee met again on Monday and decided to wait for the report of the engineers. ";
    const char *finnish = "Valiokunta kokoontui maanantaina ja odottaa nyt insinöörien antamaa raporttia asiasta. ";
    for (unsigned i = 0; i < 64; i++)
        buffer_append_string(&text, i < 40 ? english : finnish);
    struct slice all = buffer_slice(&text), halves[2] = { slice_between(all, 0, 4000), slice_from(all, 4000) };
    struct language_guess guess = language_identify(identifier, &all, 1);
    EXPECT(strcmp(guess.code, "en") == 0);
    EXPECT(guess.confidence >= 500 && guess.confidence <= 750);
    EXPECT_INTEGER(language_identify(identifier, halves, 2).confidence, guess.confidence);
    EXPECT(language_identify(identifier, halves, 1).confidence > guess.confidence);
    buffer_reset(&text);
    buffer_append_string(&text, english);
    buffer_append_string(&text, "Съешь же ещё этих мягких французских булок да выпей чаю. ");
    all = buffer_slice(&text);
    guess = language_identify(identifier, &all, 1);
    EXPECT(guess.confidence < 600); /* Cyrillic letters take two bytes */
    buffer_release(&text);
    language_identifier_free(identifier);
}

TEST(language_pieces, "language: texts of every length around the look, cut anywhere, are read within their bounds")
{
    struct language_identifier *identifier = language_identifier_create();
    struct buffer text = { 0 };
    for (size_t length = 0; length < LANGUAGE_LOOK + 200; length++) {
        for (size_t lead = 0; lead < 3; lead++) {
            buffer_reset(&text);
            buffer_append_repeated(&text, 'a', length % 7 + lead);
            while (text.length < length)
                buffer_append_string(&text, length % 3 ? "\xe8\xaa\x9e" : length % 2 ? "\xd1\x8f" : "\xf0\x9f\x98\x80");
            const char *exact = buffer_string(&text);
            struct slice parts[2] = { slice_of(exact, length % 7 + lead),
                                      slice_of(exact + length % 7 + lead, text.length - length % 7 - lead) };
            EXPECT(language_identify(identifier, parts, 2).code != NULL);
        }
    }
    buffer_release(&text);
    language_identifier_free(identifier);
}
