/* pii_test.c - what is personal data or a secret, and what only looks like it. */
#include "curate/pii.h"

#include "base/buffer.h"
#include "curate/pii_scan.h"
#include "test.h"

enum { ROWS = 24 };

/* "Mail <<ann@tea.org>>": where the finds are. Row ends with NULL. */
struct table {
    const char *kind;
    const char *hits[ROWS];
    const char *others[ROWS]; /* no find of any kind in them */
};

static const struct table tables[] = {
    { "email",
      { "Mail <<ann@tea.org>>.", "<<a.b-c+d@mail.example.co.uk>>, please", "(<<ann_lee@uni-köln.de>>)",
        "mailto:<<ann@tea.org>>?subject=x", "<<o'neil@tea.org>>", "to=<<ann@tea.org>>&cc", "邮箱<<ann@tea.org>>",
        NULL },
      { "ann@tea", "@tea.org", "ann@", "logo@2x.png", "git@github.com:tea/pot.git", "a@b", "@media screen", "5 @ 3.50",
        "ssh://git@tea.org/x", "person1f3a@example.invalid", "user@.tea.org", "@param name.of", NULL } },
    { "phone",
      { "call <<+1 415 555 2671>>", "<<+44 20 7946 0958>>", "<<+49 (30) 1234567>>", "<<(415) 555-2671>>",
        "<<415-555-2671>>", "<<+14155552671>>.", "Tel.: <<030 1234567>>", "<<06 12 34 56 78>>", "<<07700 900123>>",
        "my mobile is <<0171 2345678>>", "<<020 7946 0958>>", "phone <<5552671>>", "手机<<13800138000>>",
        "<<1-415-555-2671>>", NULL },
      { "123-456-7890",
        "2024-01-15",
        "call on 2024-01-15",
        "order 212-345-6789",
        "ISBN 978-3-16-148410-0",
        "UTC+0200",
        "15.01.2024",
        "1234567",
        "3.14159265358979",
        "a charge of +2/3",
        "+25 to +31 = 16",
        "pages 415-555",
        "call 5 times",
        "call a sector GB38 7712 1440",
        "we call fields: it was 832383930590",
        "tel 12",
        "+1 234",
        "415 555 2671",
        "0x4155552671",
        "1,415,555,267",
        NULL } },
    { "credit-card",
      { "<<4111 1111 1111 1111>>", "card <<4492086828890935>>", "<<5110-0251-6780-0831>>", "<<3774 071881 81749>>",
        "Visa: <<4492086828890935>>, 12/26", "<<6011143337761748>>", "<<3530093192544995>>", "<<2221477718341703>>",
        NULL },
      { "4111 1111 1111 1112", "1234 5678 9012 3456", "order 4492086828890935", "44920868288909351",
        "a4492086828890935", "0000 0000 0000 0000", "4492086828890936", "0.4492086828890935", "9111111111111111",
        "#4492086828890935", NULL } },
    { "iban",
      { "<<DE89 3704 0044 0532 0130 00>>", "<<DE24141705864920831240>>", "IBAN:<<GB76NWBK71678684335326>>",
        "<<NL12 ABNA 5020 1462 01>>.", "<<ES6968493407224704558530>>", "<<BE36435205617483>>",
        "<<FR0823448347824504000883873>> x", NULL },
      { "DE89 3704 0044 0532 0130 01", "DE24141705864920831241", "XX00 1234 5678 9012", "de24141705864920831240",
        "DE2414170586492083124", "ADE24141705864920831240", "GB76 NWBK", "DE24", "AB12CD34EF56GH78", NULL } },
    { "ipv4",
      { "from <<192.168.1.4>>", "<<8.8.8.8>>", "http://<<93.184.216.34>>/x", "<<203.0.113.77>>:8080",
        "<<10.20.30.40>>/24", "[<<172.217.16.142>>]", "ping <<1.2.3.4>>", "<<91.12.45.200>>,", NULL },
      { "256.1.1.1", "1.2.3", "1.2.3.4.5", "version 10.11.12.13", "v91.12.45.200", "1.2.3.4 Scope", " - 5.6.31.1. Also",
        "section 4.5.6.17", "127.0.0.1", "255.255.255.0", "192.168.1.4-beta", "01.02.03.04", "0.0.0.0", "2.0.0.0",
        "91.12.45.2000", NULL } },
    { "ipv6",
      { "<<2001:db8::1>>", "<<fe80::1ff:fe23:4567:890a>>", "[<<2606:4700:4700::1111>>]:443",
        "<<2001:0db8:85a3:0000:0000:8a2e:0370:7334>>", "at <<2a00:1450:4001:80b::200e>>.", "<<fd12:3456:789a::1>>/64",
        NULL },
      { "std::vector", "12:30:45", "a::b", "::1", "dead::beef", "1:2:3:4:5:6:7:8", "2001:db8::1::2", "key:2001",
        "10:20", "2001:db8", "Foo::bar2", "::", NULL } },
    { "mac",
      { "<<00:1B:44:11:3A:B7>>", "<<00-1b-44-11-3a-b7>>", "mac <<00:11:22:33:44:55>>", "ether <<de:ad:be:ef:00:01>>",
        "(<<AC:DE:48:00:11:22>>)", "<<3c:22:fb:9a:01:7e>>,", NULL },
      { "10:20:30:40:50:60", "00:1B:44:11:3A", "00:1B:44:11:3A:B7:C8", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff",
        "00-1B-44:11-3A-B7", "0:1B:44:11:3A:B7", "2024-01-15-10-11-12", "zz:1B:44:11:3A:B7", NULL } },
    { "us-ssn",
      { "<<123-45-6789>>", "SSN: <<219099999>>", "<<078-05-1120>>.", "social security <<536 22 1234>>",
        "(<<401-22-9876>>)", "his SSN, <<536-90-4399>>, was", NULL },
      { "000-12-3456", "666-12-3456", "912-12-3456", "123-00-4567", "123-45-0000", "123456789", "order 123-45-6789",
        "1123-45-6789", "123-45-67890", "12-345-6789", NULL } },
    { "uk-nino",
      { "<<AB 12 34 56 C>>", "NI number <<AB123456C>>", "National Insurance: <<JG103759A>>", "<<WL 60 04 21 D>>",
        "nino <<ZY987654B>>", "NINO <<PW104523A>>.", NULL },
      { "AB123456C", "BG 12 34 56 C", "AB 12 34 56 E", "nino DA123456C", "nino AO123456C", "nino AB12345C",
        "nino AB1234567C", "part XAB123456C", "AB 12 34 56", NULL } },
    { "de-tax-id",
      { "Steuer-ID <<52690741930>>", "<<30 268 175 922>>", "IdNr. <<14208593466>>", "tax id <<90375461211>>",
        "Steuernummer: <<54361902281>>", "steuerliche Identifikationsnummer <<86095742719>>", NULL },
      { "52690741930", "Steuer-ID 52690741931", "Steuer-ID 01234567890", "30 268 175 923", "Steuer-ID 11111111111",
        "Steuer-ID 5269074193", "Steuer-ID 526907419301", "tax 12345678901", NULL } },
    { "es-dni",
      { "DNI <<20190316L>>", "<<34971558N>>", "<<19422000-H>>", "NIE <<X3684072R>>", "<<Y1579162L>>",
        "<<63.778.440-S>>", "nif <<63778440 S>>", NULL },
      { "20190316M", "2019031L", "20190316l", "order 34971558N", "A34971558N", "34971558NX", "X3684072S",
        "20240115T093000Z", "X368407R", NULL } },
    { "fr-nir",
      { "NIR <<250112926865678>>", "<<1 75 06 12 505 877 02>>", "n° de sécurité sociale <<179066794811354>>",
        "insee <<140053502426421>>", "<<2 49 09 66 975 140 33>>", "nss <<184023501419331>>", NULL },
      { "250112926865678", "NIR 250112926865679", "1 75 06 12 505 877 03", "NIR 950112926865678", "NIR 25011292686567",
        "NIR 250002926865678", "NIR 2501129268656781", "1 75 06 12 505 877", NULL } },
    { "it-codice-fiscale",
      { "<<RSSMRA85T10A562S>>", "CF <<PDPPBN89C20A222H>>", "<<NRTCPB60S17I871G>>.", "(<<PBFFGB89B17H801G>>)",
        "<<nlrprp52t09h887w>>", "C.F.: <<MNLCSF67B07E125I>>", NULL },
      { "RSSMRA85T10A562T", "RSSMRA85T10A562", "RSSMRA85K10A562S", "XRSSMRA85T10A562S", "RSSMRA85T10A562SX",
        "RSSMR085T10A562S", "ABCDEF12G34H567I", "RSSMRA8ST10A562S", NULL } },
    { "br-cpf",
      { "<<574.911.862-20>>", "CPF <<52760189520>>", "<<559.797.114-06>>.", "cpf: <<710497465-20>>",
        "(<<075.291.703-09>>)", "CPF nº <<42366712715>>", NULL },
      { "52760189520", "574.911.862-21", "cpf 52760189521", "111.111.111-11", "574.911.862", "order 574.911.862-20",
        "574.911.862-200", "1574.911.862-20", NULL } },
    { "in-aadhaar",
      { "Aadhaar <<8842 6846 5631>>", "aadhaar no. <<412233079248>>", "UID <<6026 8599 5285>>",
        "Aadhar: <<278666617608>>", "UIDAI <<5137-2159-0105>>", "my Aadhaar is <<481590139623>>", NULL },
      { "8842 6846 5631", "aadhaar 8842 6846 5632", "aadhaar 1842 6846 5631", "412233079248", "aadhaar 41223307924",
        "aadhaar 4122330792481", "uid 412233079249", "aadhaar 0000 0000 0000", NULL } },
    { "nl-bsn",
      { "BSN <<459571175>>", "bsn: <<777412159>>", "burgerservicenummer <<472803852>>", "BSN <<4728.03.852>>",
        "sofinummer <<280841486>>", "BSN <<525 388 850>>", NULL },
      { "459571175", "BSN 459571176", "BSN 111111111", "BSN 45957117", "BSN 4595711750", "A459571175", "bsn 000000000",
        "bsnx 459571175", NULL } },
    { "ca-sin",
      { "SIN <<450 047 436>>", "social insurance number <<695755132>>", "SIN: <<137-353-793>>", "NAS <<507511632>>",
        "sin <<426516761>>", "my SIN is <<612 220 293>>", NULL },
      { "450 047 436", "SIN 450 047 437", "SIN 045004743", "SIN 850047436", "450047436", "SIN 45004743",
        "since 450047436", "SIN 4500474360", NULL } },
    { "pl-pesel",
      { "PESEL <<79110599759>>", "pesel: <<59091820015>>", "PESEL <<83120563301>>.", "nr PESEL <<66041083952>>",
        "(PESEL <<66091420572>>)", "PESEL=<<92102786821>>", NULL },
      { "79110599759", "PESEL 79110599758", "PESEL 79130599759", "PESEL 7911059975", "PESEL 791105997590",
        "PESEL 00000000000", "pesels 79110599759x", "PESEL 79119999759", NULL } },
    { "url-credentials",
      { "https://<<ann:pa55w0rd>>@tea.org/x", "postgres://<<app:s3cret>>@db:5432/x", "ftp://<<me:x>>@ftp.tea.org",
        "(redis://<<default:abc>>@cache:6379)", "amqp://<<guest:guest>>@mq", "mongodb+srv://<<u:p%40ss>>@c.tea.org",
        NULL },
      { "https://tea.org:443/@ann", "ssh://git@tea.org", "https://tea.org/a:b@c", "http://${USER}:${PASS}@tea.org",
        "https://user:<password>@tea.org", "mailto:a@b", "//a:b@c", "a:b@c", "https://medium.com/@ann", NULL } },
    { "jwt",
      { "<<eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U>>",
        "token: <<eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.>>",
        "Bearer <<eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl>>",
        "<<eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJqb2UifQ.abc-_123>>,", "(<<eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjEzMDA4fQ.YWJj>>)",
        "\"<<eyJraWQiOiIxMjM0NSJ9.eyJuYW1lIjoiQW5uIn0.ZGVm>>\"", NULL },
      { "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.abc.def", "eyJ.eyJ.x", "keyJ value",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi", "aeyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln", "hey Jude", "a.b.c", NULL } },
    { "private-key",
      { "<<-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabc+/=\n-----END RSA PRIVATE KEY----->>\nbye",
        "<<-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----->>",
        "x <<-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY----->>",
        "<<-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEI\\n-----END EC PRIVATE KEY----->>",
        "<<-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFHDBOB>>",
        "<<-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMIIE\n-----END RSA PRIVATE KEY----->>", NULL },
      { "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "BEGIN PRIVATE KEY",
        "----- BEGIN PRIVATE KEY -----", "------", "-----BEGIN PRIVATE KEY", "the PRIVATE KEY block",
        "-----BEGIN PGP MESSAGE-----", NULL } },
    { "api-key",
      { "<<AKIA"
        "IOSFODNN7EXAMPLE>>",
        "<<ghp_"
        "16C7e42F292c6912E7710c838347Ae178B4a>>",
        "<<glpat-"
        "x3Kd9_fQz81LmPq7Rs2t>>",
        "<<xoxb-"
        "123456789012-1234567890123-4mt0t4l1yf4k3>>",
        "<<sk-ant-"
        "api03-Zx81kd_0Qmw7-PLd93kdOqmz>>",
        "<<sk_live_"
        "4eC39HqLyjWDarjtT1zdp7dc>>",
        "key=<<AIza"
        "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY>>",
        "<<npm_"
        "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5>>",
        "<<SK"
        "0123456789abcdef0123456789abcdef>>",
        "<<SG."
        "ngeVfQFYQlKU0ufo8x5d1A."
        "TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr>>",
        "<<hf_"
        "abCdEfGhIjKlMnOpQrStUvWxYz01234567>>",
        "<<sk-proj-"
        "Ab3dEf6hIj9lMn2pQr5tUv8xYz>>",
        "<<123456789:AA"
        "F9kd83Lm2nQp5Rs7Tu1Vw4Xy6Za8Bc0De>>",
        NULL },
      { "AKIAIOSFODNN7EXAMPL", "ghp_short1", "sk-learn-is-a-library-for-python-code",
        "0123456789abcdef0123456789abcdef01234567", "550e8400-e29b-41d4-a716-446655440000",
        "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx", "task-ant-api03-Zx81kd0Qmw7PLd93kdOqmz", "npm_config_registry", "AKIA",
        "ASIA is a continent", "SK0123", "this_is_a_long_name_of_a_function_in_c", NULL } },
    { "secret",
      { "password=<<hunter2secret>>", "api_key: \"<<a8f5f167f44f4964e6c998dee827110c>>\"",
        "\"client_secret\": \"<<Zx81kd0Qmw7PLd93kdOq>>\"", "Authorization: Bearer <<Zx81kd0Qmw7PLd93kdOqmz>>",
        "DB_PASSWORD='<<s3cr3t!pw>>'", "aws_secret_access_key = <<wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLE0KEY1>>",
        "export TOKEN=<<9f86d081884c7d659a2f>>", NULL },
      { "password=", "password: hidden", "token = next_token", "password=${PASSWORD1}", "key=value12345678901234567",
        "secret: xxxx1234xxxx5678", "the password: see page 12", "monkey=a8f5f167f44f4964e6c998dee827110c",
        "token_count = 12345678", "passwords: 3",
        "sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", NULL } },
};

/* The text without its marks, and with marks around what is found. */
static void strip_marks(const char *marked, struct buffer *text)
{
    for (const char *next = marked; *next;)
        if (strncmp(next, "<<", 2) == 0 || strncmp(next, ">>", 2) == 0)
            next += 2;
        else
            buffer_append_byte(text, *next++);
}

static void mark(struct slice text, const struct pii_finds *finds, struct buffer *marked)
{
    size_t copied = 0;
    for (size_t i = 0; i < finds->count; i++) {
        buffer_append_slice(marked, slice_between(text, copied, finds->finds[i].start));
        buffer_append_string(marked, "<<");
        buffer_append_slice(marked, slice_between(text, finds->finds[i].start, finds->finds[i].end));
        buffer_append_string(marked, ">>");
        copied = finds->finds[i].end;
    }
    buffer_append_slice(marked, slice_from(text, copied));
}

/* A row whose finds or kind differ goes to faults: what was found there. */
static void check(const struct pii_detector *detector, const char *marked, const char *kind, struct buffer *faults)
{
    struct buffer text = { 0 }, found = { 0 };
    struct pii_finds finds = { 0 };
    struct error error;
    strip_marks(marked, &text);
    EXPECT_OK(pii_detect(detector, buffer_slice(&text), &finds, &error), &error);
    mark(buffer_slice(&text), &finds, &found);
    const char *first = finds.count ? pii_kind_name(detector, finds.finds[0].kind) : "nothing";
    if (!slice_equal(buffer_slice(&found), slice_of_string(marked)) || (kind && strcmp(kind, first) != 0))
        buffer_append_format(faults, "%s: %s\n", first, buffer_string(&found));
    pii_finds_release(&finds);
    buffer_release(&found);
    buffer_release(&text);
}

TEST(pii_kinds, "pii: each kind is found where it is, and look-alikes are left alone")
{
    struct pii_detector *detector = pii_detector_create(PII_ALL_KINDS, false);
    struct buffer faults = { 0 };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        size_t hits = 0, others = 0;
        for (; tables[i].hits[hits]; hits++)
            check(detector, tables[i].hits[hits], tables[i].kind, &faults);
        for (; tables[i].others[others]; others++)
            check(detector, tables[i].others[others], NULL, &faults);
        EXPECT(hits >= 6 && others >= 8);
    }
    EXPECT_TEXT(buffer_slice(&faults), "");
    EXPECT_INTEGER(sizeof tables / sizeof *tables, PII_KIND_COUNT);
    pii_detector_free(detector);
    buffer_release(&faults);
}

/* Finds of both passes over the text, at every place within a block of 32 bytes; returns how many differ. */
static size_t compare_passes(const char *marked)
{
    struct buffer text = { 0 };
    struct pii_finds finds[2] = { { 0 }, { 0 } };
    size_t differ = 0;
    for (size_t padding = 0; padding < 40; padding++) {
        buffer_reset(&text);
        for (size_t i = 0; i < padding; i++)
            buffer_append_byte(&text, i % 7 == 0 ? ' ' : 'x');
        buffer_append_byte(&text, '\n');
        strip_marks(marked, &text);
        buffer_append_string(&text, " and no more of it is to be found here");
        for (int pass = 0; pass < 2; pass++) {
            struct pii_scan scan = { .text = buffer_slice(&text), .kinds = PII_ALL_KINDS, .finds = &finds[pass] };
            finds[pass].count = 0;
            if (pass == 0)
                pii_scan_text(&scan);
            else
                pii_scan_bytes(&scan);
        }
        bool is_same = finds[0].count == finds[1].count;
        for (size_t i = 0; is_same && i < finds[0].count; i++) {
            const struct pii_find *a = &finds[0].finds[i], *b = &finds[1].finds[i];
            is_same = a->start == b->start && a->end == b->end && a->kind == b->kind;
        }
        differ += !is_same;
    }
    pii_finds_release(&finds[0]);
    pii_finds_release(&finds[1]);
    buffer_release(&text);
    return differ;
}

TEST(pii_passes, "pii: the pass over 32 bytes at a time finds what the one over single bytes does")
{
    size_t differ = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        for (size_t j = 0; tables[i].hits[j]; j++)
            differ += compare_passes(tables[i].hits[j]);
        for (size_t j = 0; tables[i].others[j]; j++)
            differ += compare_passes(tables[i].others[j]);
    }
    EXPECT_INTEGER(differ, 0);
}

TEST(pii_overlaps, "pii: finds that overlap become one, of the most certain kind")
{
    struct pii_detector *detector = pii_detector_create(PII_ALL_KINDS, false);
    struct pii_finds finds = { 0 };
    struct error error;
    EXPECT_OK(pii_add_list(detector, SLICE("person"), SLICE("Ann Lee\n# remark\nlee  smith\n"), "names", &error),
              &error);
    EXPECT_OK(
        pii_add_patterns(detector, SLICE("ticket: 'T-\\d{4}'\nperson: ['Mr \\w+', 'Ms \\w+']\n"), "own.yaml", &error),
        &error);
    struct slice text = SLICE("ANN\nlee Smith, T-1234, Mr Ann Lee, annlee, Lee; mr x");
    EXPECT_OK(pii_detect(detector, text, &finds, &error), &error);
    struct buffer found = { 0 };
    mark(text, &finds, &found);
    EXPECT_TEXT(buffer_slice(&found), "<<ANN\nlee>> Smith, <<T-1234>>, <<Mr Ann Lee>>, annlee, Lee; mr x");
    EXPECT_TEXT(slice_of_string(pii_kind_name(detector, finds.finds[0].kind)), "person");
    EXPECT_TEXT(slice_of_string(pii_kind_name(detector, finds.finds[1].kind)), "ticket");
    EXPECT_INTEGER(pii_kind_count(detector), PII_KIND_COUNT + 2);
    buffer_release(&found);
    pii_finds_release(&finds);
    pii_detector_free(detector);
}

TEST(pii_files, "pii: patterns and lists that cannot be read are refused with their place")
{
    struct pii_detector *detector = pii_detector_create(0, false);
    struct error error;
    EXPECT(!pii_add_patterns(detector, SLICE("a: x\nb: '('\n"), "own.yaml", &error));
    EXPECT_INTEGER(error.line, 2);
    EXPECT(!pii_add_patterns(detector, SLICE("- x\n"), "own.yaml", &error));
    EXPECT_ERROR(&error, E_CONFIG, "a list, expected a map of NAME: PATTERN");
    EXPECT(!pii_add_patterns(detector, SLICE("'a b': x\n"), "own.yaml", &error));
    EXPECT_ERROR(&error, E_CONFIG, "'a b' is no name of a kind, expected letters, digits, - and _");
    EXPECT(!pii_add_list(detector, SLICE("p"), SLICE("Ann\n--\n"), "names", &error));
    EXPECT_ERROR(&error, E_CONFIG, "an entry has no letter or digit");
    EXPECT_INTEGER(error.line, 2);
    uint64_t kinds = 0;
    EXPECT_OK(pii_kinds_select("all", &kinds, &error) && pii_kinds_select("-network", &kinds, &error), &error);
    EXPECT(kinds == (PII_ALL_KINDS & ~(UINT64_C(7) << PII_IPV4)));
    EXPECT(!pii_kinds_select("emial", &kinds, &error));
    EXPECT_ERROR(&error, E_USAGE, "there is no kind 'emial', nearest is 'email'");
    pii_detector_free(detector);
}

/* Half a megabyte of each: were one of them quadratic, this test would run for minutes. */
TEST(pii_hostile, "pii: text made of half a megabyte of marks and digits is searched in linear time")
{
    static const char *const pieces[] = { "@",           "a@",
                                          "a@a.",        "1",
                                          "1 ",          "1.",
                                          "1-",          "9.9.9.9",
                                          ":",           "a:",
                                          "::",          "=",
                                          "key=",        "password=",
                                          "password=a1", "eyJ",
                                          "eyJa.eyJ",    "-----BEGIN PRIVATE KEY-----",
                                          "-----BEGIN ", "-",
                                          "_",           "AKIA",
                                          "sk-",         "http://a:b",
                                          "://",         "(415) ",
                                          "+1",          "call 1",
                                          "DE89",        "DE89 3704 ",
                                          "a",           ".",
                                          "//:@",        "tel 1 2 3 4 5 6 7 ",
                                          "\xc3\xa9@" };
    struct pii_detector *detector = pii_detector_create(PII_ALL_KINDS, false);
    struct pii_finds finds = { 0 };
    struct buffer text = { 0 };
    struct error error;
    EXPECT_OK(pii_add_list(detector, SLICE("list"), SLICE("a a a a a a\n1 1 1\n"), "l", &error), &error);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        buffer_reset(&text);
        while (text.length < 512 * 1024)
            buffer_append_string(&text, pieces[i]);
        EXPECT_OK(pii_detect(detector, buffer_slice(&text), &finds, &error), &error);
        for (size_t j = 1; j < finds.count; j++)
            EXPECT(finds.finds[j - 1].end <= finds.finds[j].start && finds.finds[j].end <= text.length);
    }
    buffer_release(&text);
    pii_finds_release(&finds);
    pii_detector_free(detector);
}
