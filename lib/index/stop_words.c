/* stop_words.c - articles, pronouns, prepositions, conjunctions and auxiliary verbs of seven languages. */
#include "index/stop_words.h"

static const struct {
    const char *language;
    const char *words;
} lists[] = {
    { "english", "a about above after again against all also am an and any are aren't as at be because been before "
                 "being below between both "
                 "but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few "
                 "for from further had "
                 "hadn't has hasn't have haven't having he her here hers herself him himself his how i if in into is "
                 "isn't it it's its itself "
                 "let's me more most mustn't my myself no nor not of off on once only or other ought our ours "
                 "ourselves out over own same shan't "
                 "she should shouldn't so some such than that that's the their theirs them themselves then there "
                 "there's these they they're this "
                 "those through to too under until up upon us very was wasn't we were weren't what what's when where "
                 "which while who who's whom "
                 "why will with won't would wouldn't you you're your yours yourself yourselves" },
    { "german", "aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch "
                "auf aus bei bin bis bist da "
                "damit dann das dass dasselbe dazu dein deine deinem deinen deiner dem den denn der deren des dessen "
                "die dies diese dieselbe "
                "diesem diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch "
                "euer für gegen gewesen hab "
                "habe haben hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in indem "
                "ins ist jede jedem jeden "
                "jeder jedes jene jener jetzt kann kein keine keinem keinen keiner können könnte machen man manche "
                "mein meine mich mir mit muss "
                "musste nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner selbst sich "
                "sie sind so solche soll "
                "sollte sondern sonst über um und uns unser unter vom von vor war waren was weil welche welcher wenn "
                "werde werden wie wieder will "
                "wir wird wirst wo wollen würde würden zu zum zur zwar zwischen" },
    { "french", "a ai aie ait as au aux avait avec avez avoir avons ayant c ce ceci cela celle celles celui ces cet "
                "cette ceux chez d dans de des "
                "du elle elles en est et étaient était été être eu eux fait il ils j je l la le les leur leurs lui m "
                "ma mais me même mes moi mon "
                "n ne nos notre nous on ont ou où par pas pour qu que quel quelle quels qui s sa sans se sera ses si "
                "son sont sous sur t ta te tes "
                "toi ton tu un une vos votre vous y à" },
    { "spanish", "a al algo algunas algunos ante antes aquel aquella aquí así aunque bajo cada como con contra cual "
                 "cuando de del desde donde dos el "
                 "él ella ellas ellos en entre era eran es esa esas ese eso esos esta está estaba están estas este "
                 "esto estos fue fueron ha había "
                 "han has hasta hay la las le les lo los más me mi mis mucho muy nada ni no nos nosotros o os otra "
                 "otros para pero poco por porque "
                 "que qué quien se sea ser si sí sido sin sobre son su sus también tanto te tiene tienen todo todos tu "
                 "tus un una uno unos y ya yo" },
    { "italian", "a ad agli ai al alla alle allo anche avere aveva avevano c che chi ci coi col come con contro cui da "
                 "dagli dai dal dalla dalle de "
                 "degli dei del dell della delle dello di dove e è ed era erano essere fra gli ha hanno ho i il in io "
                 "l la le lei li lo loro lui ma "
                 "mi mia mio ne negli nei nel nella nelle noi non nostra nostro o per perché più quale quando quella "
                 "quelle quelli quello questa "
                 "queste questi questo se sei si sia sono sta su sua sue sui sul sulla suo suoi tra tu tua tuo tutti "
                 "tutto un una uno vi voi" },
    { "portuguese", "a à ao aos aquela aquele aqueles aquilo as até com como da das de dela dele deles depois do dos e "
                    "é ela elas ele eles em entre era "
                    "eram essa esse esses esta está estava este estes eu foi foram há isso isto já lhe mais mas me "
                    "mesmo meu minha muito na não nas nem "
                    "no nos nós nossa nosso num numa o os ou para pela pelas pelo pelos por qual quando que quem são "
                    "se sem ser seu seus só sua suas "
                    "também te tem tinha tu um uma você vocês" },
    { "dutch", "aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een eens en "
               "er ge geen geweest haar had "
               "heb hebben heeft hem het hier hij hoe hun iemand iets ik in is ja je kan kon kunnen maar me meer men "
               "met mij mijn moet na naar niet "
               "niets nog nu of om omdat onder ons ook op over reeds te tegen toch toen tot u uit uw van veel voor "
               "want waren was wat werd wezen wie "
               "wil worden wordt zal ze zelf zich zij zijn zo zonder zou" },
};

struct slice stop_words(struct slice language)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (slice_equal(language, slice_of_string(lists[i].language)))
            return slice_of_string(lists[i].words);
    return (struct slice){ NULL, 0 };
}
