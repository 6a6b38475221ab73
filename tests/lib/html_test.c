/* html_test.c - HTML to text: structure, what is left out, and markup as browsers take it. */
#include <stdio.h>

#include "base/arena.h"
#include "document/html.h"
#include "document/html_names.h"
#include "document/html_scan.h"
#include "document/html_tags.h"
#include "test.h"

struct html_case {
    const char *html;
    const char *text;
};

static void expect_cases(const struct html_case *cases, size_t count, bool keeps_navigation)
{
    const struct html_settings settings = { keeps_navigation, SIZE_MAX, "limit" };
    for (size_t i = 0; i < count; i++) {
        struct buffer text = { 0 };
        struct html_facts facts;
        struct error error = { 0 };
        EXPECT_OK(html_to_text(slice_of_string(cases[i].html), &settings, &text, &facts, &error), &error);
        if (!slice_equal(buffer_slice(&text), slice_of_string(cases[i].text)))
            test_fail(__FILE__, __LINE__, "\"%s\" gives \"%s\", expected \"%s\"", cases[i].html, buffer_string(&text),
                      cases[i].text);
        buffer_release(&text);
    }
}

#define EXPECT_CASES(cases) expect_cases(cases, sizeof(cases) / sizeof *(cases), false)

TEST(html_blocks, "html: blocks become lines, headings and lists keep their marks")
{
    static const struct html_case cases[] = {
        { "", "" },
        { "plain", "plain" },
        { "<p>one<p>two</p>three", "one\n\ntwo\n\nthree" },
        { "<div>a</div><div>b</div>", "a\nb" },
        { "<div><div><div>a</div></div></div><div>b", "a\nb" },
        { "a<br>b<br/>c", "a\nb\nc" },
        { "a<br><br><br>b", "a\n\nb" },
        { "a<hr>b", "a\n\nb" },
        { "<h1>Top</h1>text<h3>Sub <b>x</b></h3>more", "# Top\n\ntext\n\n### Sub x\n\nmore" },
        { "<h2>a<br>b</h2>", "## a b" },
        { "<h2></h2><h3> </h3>x", "x" },
        { "<h2>a<h3>b</h3>c", "## a\n\n### b\n\nc" },
        { "<h2>a</h3>b", "## a\n\nb" },
        { "<h1>Name<a class=\"headerlink\" href=\"#n\">\xc2\xb6</a></h1>", "# Name" },
        { "<h1>Name <a>\xc2\xb6</a></h1>x", "# Name\n\nx" },
        { "a<h2><a href=#n>\xc2\xa7</a>Title</h2>b", "a\n\n## Title\n\nb" },
        { "<h2>C<a>#</a> <a>D</a><a> # </a></h2>", "## C D" },
        { "<h2><a>\xc2\xa7 1</a></h2><p><a>#</a>", "## \xc2\xa7 1\n\n#" },
        { "<ul><li>a<li>b</ul>c", "- a\n- b\n\nc" },
        { "<p>x</p><ul><li><p>a</p></li><li><p>b</p><p>c</p></li></ul>", "x\n\n- a\n- b\n\n  c" },
        { "<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n   - b\n2. c" },
        { "<ol start=x><li>a</ol>", "1. a" },
        { "<ol start=5><li>a<li value='9'>b<li>c</ol>", "5. a\n9. b\n10. c" },
        { "<ul><li></li><li>b</li></ul>", "- b" },
        { "<li>alone", "- alone" },
        { "<ul><li><h3>Q</h3>A</ul>", "### Q\n\n  A" },
        { "<dl><dt>t<dd>d<dt>u<dd>e</dl>z", "t\nd\nu\ne\n\nz" },
        { "<div><ul><li>x</div>after", "- x\n\nafter" },
        { "<blockquote>q</blockquote>a", "q\n\na" },
        { "<q>a</q>", "\"a\"" },
        { "10<sup>6</sup> m<sup>2</sup>, H<sub>2</sub>O", "10^6 m^2, H2O" },
        { "see <img src=x alt=' the  cat '> <img alt=''><img>now", "see [the cat] now" },
        { "<button>a</button><button>b</button>", "a b" },
    };
    EXPECT_CASES(cases);
}

TEST(html_space, "html: white space is folded as browsers do, kept in <pre>")
{
    static const struct html_case cases[] = {
        { "  a \n\t b  ", "a b" },
        { "a <b> b </b> c", "a b c" },
        { "a<b>b</b>c", "abc" },
        { "a&#32;&#10;b", "a b" },
        { "a&nbsp;&nbsp;b", "a\xc2\xa0\xc2\xa0"
                            "b" },
        { "0123456789abcdef 0123456789abcdef  0123456789abcdef\n0123456789abcdef",
          "0123456789abcdef 0123456789abcdef 0123456789abcdef 0123456789abcdef" },
        { "<pre>\n  a\r\n\tb  </pre>c", "```\n  a\n\tb  \n```\n\nc" },
        { "x<pre>a<b>b</b>&lt;c\n\n</pre>", "x\n\n```\nab<c\n```" },
        { "<pre> \n </pre>x", "x" },
        { "<pre>a<br>b<div>c</div></pre>", "```\na\nb\nc\n```" },
        { "<pre>```\nx\n```</pre>", "````\n```\nx\n```\n````" },
        { "<pre>code<button>copy</button></pre>", "```\ncode\ncopy\n```" },
        { "<pre># no heading</pre>", "```\n# no heading\n```" },
        { "<xmp><b>&lt;</xmp>x", "```\n<b>&lt;\n```\n\nx" },
        { "a<plaintext></plaintext>", "a\n\n```\n</plaintext>\n```" },
    };
    EXPECT_CASES(cases);
}

TEST(html_tables, "html: rows are lines, cells stand between bars")
{
    static const struct html_case cases[] = {
        { "<table><tr><th>a<th>b<tr><td>1<td>2</table>x", "a | b\n1 | 2\n\nx" },
        { "<table><thead><tr> <td> a </td> <td>b c</td></tr></thead><tbody><tr><td>1</td><td></td><td>3</td></tr>",
          "a | b c\n1 | | 3" },
        { "<table><tr><td></td><td>b</td></tr></table>", "| b" },
        { "<table><tr><td>a</td><td></td></tr><tr><td>b</td></tr></table>", "a\nb" },
        { "<table><tr><td><p>a</p></td><td><p>b</p></td></tr><tr><td><p>c</p></td></tr></table>", "a | b\nc" },
        { "<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a b | c" },
        { "<table><tr><td><p>a<p>b</td><td>c</td><td>d</td></tr><tr><td>e<td>f</table>", "a\n\nb\nc\nd\ne | f" },
        { "<table><caption>t</caption><tr><td>a</table>", "t\na" },
        { "<table><tr><td><ul><li>a<li>b</ul></td><td>c</td></tr></table>", "- a\n- b\n\nc" },
        { "<table><tr><td>x</td><td><table><tr><td>a<td>b</table></td><td>y</td></table>", "x\n\na | b\n\ny" },
        { "<table><tr><td><h2>T</h2>text</td><td>side</td></tr></table>", "## T\n\ntext\nside" },
        { "<table><tr><td><div>a</td></div><td>b</td></table>", "a | b" },
    };
    EXPECT_CASES(cases);
}

TEST(html_left_out, "html: scripts, hidden elements and navigation leave no text")
{
    static const struct html_case cases[] = {
        { "a<script>b</script>c<style>d</style>e", "ace" },
        { "a<script>if (x < y) document.write('<p>no</p>')</script>b", "ab" },
        { "<script><!-- <script> </script> x --></script>b", "b" },
        { "<script><!-- </script>b", "b" },
        { "a<script>never ends", "a" },
        { "a<SCRIPT>b</SCRIPT >c</script/>d", "acd" },
        { "a<noscript>b</noscript><template>c<p>d</template>e", "ae" },
        { "a<svg><title>t</title><text>b</text></svg>c", "ac" },
        { "a<svg/>b", "ab" },
        { "<svg><path/><p>out</p>", "out" },
        { "a<select><option>b<option>c</select>d<textarea>e</textarea>", "ad" },
        { "<p hidden>a<p>b", "b" },
        { "<div hidden>a<div>b</div>c</div>d", "d" },
        { "<div style='color:red; display : none'>a</div><span style=\"visibility:hidden\">b</span>c", "c" },
        { "<div style='display:block'>a</div>", "a" },
        { "<i class=icon aria-hidden=true>menu</i>a<div aria-hidden=true>b</div>", "a\nb" },
        { "<i hidden>a<em>b</em></i>c", "c" },
        { "<my-part hidden><your-part>a</your-part>b</my-part>c", "c" },
        { "<ul><li hidden>a<li>b</ul>", "- b" },
        { "<nav><ul><li>a</ul></nav>b", "b" },
        { "<div role=navigation><div>a</div></div>b", "b" },
        { "<div role='Search'>a</div>b", "b" },
        { "<main><footer>a</footer></main><footer>b</footer>", "a" },
        { "<article>x<footer>a</footer></article><div role=contentinfo>b</div>", "x\n\na" },
        { "<header><h1>a</h1><nav>n</nav></header><aside>b</aside>", "# a\n\nb" },
        { "<nav>all there is</nav>", "all there is" },
        { "<body style='display:none'>a", "a" },
        { "<dialog>a</dialog><dialog open>b</dialog>", "b" },
        { "<title>t</title>a<iframe>b</iframe>", "a" },
        { "<math><mi>x</mi><annotation>y</annotation></math>", "x" },
    };
    EXPECT_CASES(cases);
    static const struct html_case kept[] = { { "<nav>a</nav><footer>b</footer>", "a\n\nb" } };
    expect_cases(kept, 1, true);
}

TEST(html_markup, "html: broken markup is read as browsers read it")
{
    static const struct html_case cases[] = {
        { "a < b", "a < b" },
        { "a <", "a <" },
        { "a<3 b", "a<3 b" },
        { "a</", "a" },
        { "a</>b", "ab" },
        { "a</ x>b", "ab" },
        { "a<!-- b --> c", "a c" },
        { "a<!-->b", "ab" },
        { "a<!--->b", "ab" },
        { "a<!--b--!>c", "ac" },
        { "a<!-- b -- > c -->d", "ad" },
        { "a<!-- never ends", "a" },
        { "a<!doctype html>b<?php echo 1 ?>c", "abc" },
        { "a<![CDATA[b]]>c", "ac" },
        { "<?xml version='1.0'?><a><![CDATA[b <i> ]]>c</a>", "b <i> c" },
        { "<?xml version='1.0'?><script src='x'/><div/>a", "a" },
        { "<!--[if IE]>old<![endif]--><![if !IE]>new<![endif]>", "new" },
        { "<a title='>'>b</a>", "b" },
        { "<a title=\"x>b</a>", "" },
        { "<p/>a<p / b = c>d", "a\n\nd" },
        { "<p =x>a<p a=b=c>d", "a\n\nd" },
        { "<DIV>a</Div>b", "a\nb" },
        { "<a", "" },
        { "<a b", "" },
        { "a\0b", "a" },
        { "</p>a</div></table></td>b", "a\nb" },
        { "<b><p>a</b>b</p>c", "ab\n\nc" },
    };
    EXPECT_CASES(cases);
    struct buffer text = { 0 };
    struct html_facts facts;
    struct error error = { 0 };
    const struct html_settings settings = { false, SIZE_MAX, "limit" };
    EXPECT_OK(html_to_text(SLICE("a\0b<pre>c\0d</pre>"), &settings, &text, &facts, &error), &error);
    EXPECT_TEXT(buffer_slice(&text), "ab\n\n```\ncd\n```");
    buffer_release(&text);
}

TEST(html_references, "html: character references by name and number, with their faults")
{
    static const struct html_case cases[] = {
        { "&lt;b&gt; &amp;amp; &quot;", "<b> &amp; \"" },
        { "&eacute;&Eacute;&CounterClockwiseContourIntegral;", "\xc3\xa9\xc3\x89\xe2\x88\xb3" },
        { "&notit; &notin; &not", "\xc2\xacit; \xe2\x88\x89 \xc2\xac" },
        { "&ampx &copy2 &unknown; &; & &x", "&x \xc2\xa9"
                                            "2 &unknown; &; & &x" },
        { "&#65;&#x42;&#X43 &#68x", "ABC Dx" },
        { "&#128;&#151;&#x9F;", "\xe2\x82\xac\xe2\x80\x94\xc5\xb8" },
        { "&#0;&#xD800;&#x110000;&#99999999999999999999;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
        { "&#;&#x;&#xg", "&#;&#x;&#xg" },
        { "&NotEqualTilde;&nGt;&fjlig;", "\xe2\x89\x82\xcc\xb8\xe2\x89\xab\xe2\x83\x92"
                                         "fj" },
        { "<img alt='a&copy=1&copy;&ampb'>", "[a&copy=1\xc2\xa9&ampb]" },
    };
    EXPECT_CASES(cases);
    for (size_t i = 0; i < HTML_NAME_COUNT; i++) {
        char reference[HTML_NAME_BYTES + 2], bytes[HTML_REFERENCE_BYTES];
        size_t length;
        int total = snprintf(reference, sizeof reference, "&%s;", html_names[i].name);
        EXPECT_INTEGER(html_reference(slice_of(reference, (size_t)total), false, bytes, &length), total);
        EXPECT_SLICE(slice_of(bytes, length), slice_of_string(html_names[i].text));
        EXPECT(i == 0 || strcmp(html_names[i - 1].name, html_names[i].name) < 0);
    }
}

static enum html_tag find_tag(struct slice name)
{
    return html_tag_find(name, name.bytes + name.length);
}

TEST(html_tag_names, "html: every element is found by its name in any case")
{
    for (enum html_tag tag = HTML_UNKNOWN + 1; tag < HTML_TAG_COUNT; tag++) {
        struct slice name = slice_of_string(html_tags[tag].name);
        EXPECT_INTEGER(html_tag_find(name, name.bytes + name.length), tag);
        EXPECT_INTEGER(html_tag_find(name, name.bytes + sizeof html_tags[tag].name), tag);
        char upper[16];
        for (size_t i = 0; i < name.length; i++)
            upper[i] = (char)(name.bytes[i] >= 'a' ? name.bytes[i] - 32 : name.bytes[i]);
        EXPECT_INTEGER(html_tag_find(slice_of(upper, name.length), upper + sizeof upper), tag);
        EXPECT_INTEGER(html_tag_find(slice_of(upper, name.length - 1), upper + sizeof upper) == tag, 0);
    }
    EXPECT_INTEGER(find_tag(SLICE("blockquotes")), HTML_UNKNOWN);
    EXPECT_INTEGER(find_tag(SLICE("blockquot")), HTML_UNKNOWN);
    EXPECT_INTEGER(find_tag(SLICE("a\0")), HTML_UNKNOWN);
}

TEST(html_scan_twins, "html: the vector loops and their scalar twins stop at the same byte")
{
    static const char alphabet[] = "ab cd  ef\n<&\r\0\t\x7f\xc3\xa9";
    uint64_t state = 88172645463325252u;
    for (int round = 0; round < 20000; round++) {
        char from[80], fast[80 + HTML_RUN_SLACK], slow[80 + HTML_RUN_SLACK];
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        size_t length = state % sizeof from;
        uint64_t bits = state;
        for (size_t i = 0; i < length; i++) {
            bits = bits * 6364136223846793005u + 1442695040888963407u;
            bool is_plain = (bits >> 60) != 0 && round % 2;
            from[i] = is_plain ? 'x' : alphabet[(bits >> 33) % (sizeof alphabet - 1)];
        }
        size_t found = html_copy_run(from, from + length, fast);
        EXPECT_INTEGER(found, html_copy_run_scalar(from, from + length, slow));
        EXPECT(memcmp(fast, slow, found) == 0);
        found = html_copy_pre(from, from + length, fast);
        EXPECT_INTEGER(found, html_copy_pre_scalar(from, from + length, slow));
        EXPECT(memcmp(fast, slow, found) == 0);
        const char *at = memchr(from, '<', length);
        EXPECT(html_find_near(from, from + length, '<') == (at ? at : from + length));
    }
}

TEST(html_bounds, "html: nesting beyond every limit is linear and ends")
{
    static const char *const pieces[] = { "<div>",  "<ul><li>a", "<table><tr><td>", "<p hidden>", "<b>",  "</div>",
                                          "<a b='", "<!--",      "<pre>",           "&amp",       "<td>", "<h1>x" };
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buffer html = { 0 }, text = { 0 };
        struct html_facts facts;
        struct error error = { 0 };
        for (int k = 0; k < 50000; k++)
            buffer_append_string(&html, pieces[i]);
        const struct html_settings settings = { false, 64 * 1024 * 1024, "limit" };
        EXPECT_OK(html_to_text(buffer_slice(&html), &settings, &text, &facts, &error), &error);
        buffer_reset(&text);
        const struct html_settings small = { false, 1000, "--max-document-bytes" };
        if (!html_to_text(buffer_slice(&html), &small, &text, &facts, &error))
            EXPECT_ERROR(&error, E_LIMIT, "the text is larger than the 1000 bytes of --max-document-bytes");
        buffer_release(&html);
        buffer_release(&text);
    }
}

TEST(html_facts, "html: title, first headline, language and charset of a page")
{
    struct buffer text = { 0 };
    struct html_facts facts;
    struct error error = { 0 };
    const struct html_settings settings = { false, SIZE_MAX, "limit" };
    EXPECT_OK(html_to_text(SLICE("<html lang=de-AT><title>A &amp; B</title><svg><title>no</title></svg>"
                                 "<h2>x</h2><h1> The <i>one</i> \xc2\xb6</h1><h1>two</h1>"),
                           &settings, &text, &facts, &error),
              &error);
    EXPECT_TEXT(facts.title, "A &amp; B");
    EXPECT_TEXT(facts.heading, "The one");
    EXPECT_TEXT(facts.language, "de-AT");
    buffer_release(&text);
    EXPECT_OK(html_to_text(SLICE("<h1><a>One</h1><h1>\xc2\xb6</a>"), &settings, &text, &facts, &error), &error);
    EXPECT_TEXT(facts.heading, "One");
    buffer_release(&text);
    static const struct {
        const char *html, *charset;
    } cases[] = {
        { "<meta charset=latin1>", "windows-1252" },
        { "<META http-equiv='Content-Type' content='text/html; charset=Shift_JIS'>", "Shift_JIS" },
        { "<!-- <meta charset=koi8-r> --><meta charset = \"utf8\" />", "UTF-8" },
        { "<?xml version='1.0' encoding='ISO-8859-2'?><html>", "ISO-8859-2" },
        { "<meta charset=nonsense><meta charset=big5>", "Big5" },
        { "<p>charset=big5", NULL },
        { "<meta charset", NULL },
        { "<", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT_SLICE(slice_of_string(html_declared_charset(slice_of_string(cases[i].html))),
                     slice_of_string(cases[i].charset));
}
