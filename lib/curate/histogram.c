/* histogram.c - how a number is spread over many records. */
#include "curate/histogram.h"

#include "base/memory.h"

/* Powers of ten above the exact part; numbers beyond the last are taken for it. */
enum { EXACT = 1000, STEPS = 900, DECADES = 12, PLACES = EXACT + DECADES * STEPS };

static unsigned place_of(uint64_t number)
{
    unsigned decade = 0;
    if (number < EXACT)
        return (unsigned)number;
    for (number /= 10; number >= EXACT; number /= 10)
        decade++;
    return decade < DECADES ? EXACT + decade * STEPS + (unsigned)(number - EXACT / 10) : PLACES - 1;
}

/* The smallest number that has that place. */
static uint64_t number_at(unsigned place)
{
    if (place < EXACT)
        return place;
    uint64_t number = (place - EXACT) % STEPS + EXACT / 10;
    for (unsigned decade = (place - EXACT) / STEPS + 1; decade > 0; decade--)
        number *= 10;
    return number;
}

void histogram_add(struct histogram *histogram, uint64_t number)
{
    if (!histogram->places)
        histogram->places = memory_allocate_zeroed(PLACES, sizeof *histogram->places);
    histogram->least = histogram->count == 0 || number < histogram->least ? number : histogram->least;
    histogram->greatest = number > histogram->greatest ? number : histogram->greatest;
    histogram->count++;
    histogram->sum += number;
    histogram->places[place_of(number)]++;
}

void histogram_merge(struct histogram *histogram, const struct histogram *other)
{
    if (other->count == 0)
        return;
    if (!histogram->places)
        histogram->places = memory_allocate_zeroed(PLACES, sizeof *histogram->places);
    histogram->least = histogram->count == 0 || other->least < histogram->least ? other->least : histogram->least;
    histogram->greatest = other->greatest > histogram->greatest ? other->greatest : histogram->greatest;
    histogram->count += other->count;
    histogram->sum += other->sum;
    for (unsigned place = 0; place < PLACES; place++)
        histogram->places[place] += other->places[place];
}

void histogram_release(struct histogram *histogram)
{
    memory_free(histogram->places);
    *histogram = (struct histogram){ 0 };
}

uint64_t histogram_percentile(const struct histogram *histogram, unsigned percent)
{
    uint64_t wanted = (histogram->count * percent + 99) / 100, seen = 0;
    for (unsigned place = 0; histogram->places && place < PLACES; place++) {
        seen += histogram->places[place];
        if (seen >= wanted && seen > 0)
            return number_at(place) < histogram->least ? histogram->least : number_at(place);
    }
    return histogram->greatest;
}

uint64_t histogram_at(const struct histogram *histogram, unsigned number)
{
    return histogram->places && number < EXACT ? histogram->places[number] : 0;
}

double histogram_mean(const struct histogram *histogram)
{
    return histogram->count ? (double)histogram->sum / (double)histogram->count : 0;
}

uint64_t histogram_bar_from(unsigned bar)
{
    static const unsigned steps[3] = { 1, 2, 5 };
    if (bar == 0)
        return 0;
    uint64_t number = steps[(bar - 1) % 3];
    for (unsigned decade = (bar - 1) / 3; decade > 0; decade--)
        number *= 10;
    return number;
}

void histogram_bars(const struct histogram *histogram, uint64_t bars[HISTOGRAM_BARS])
{
    unsigned bar = 0;
    for (unsigned i = 0; i < HISTOGRAM_BARS; i++)
        bars[i] = 0;
    for (unsigned place = 0; histogram->places && place < PLACES; place++) {
        while (bar + 1 < HISTOGRAM_BARS && number_at(place) >= histogram_bar_from(bar + 1))
            bar++;
        bars[bar] += histogram->places[place];
    }
}
