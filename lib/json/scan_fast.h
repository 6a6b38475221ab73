/* scan_fast.h - the fast scanner; private to the module. */
#ifndef JSON_SCAN_FAST_H
#define JSON_SCAN_FAST_H

#include "json/scan.h"

/* Checks an object or array that is all of text: first and last byte are its brackets. The UTF-8 is not looked at.
 * false: ask the other scanner, be it to name the fault or because this one cannot tell. */
bool json_scan_fast(struct slice text, struct json_collector *collector) MUST_CHECK;

#endif
