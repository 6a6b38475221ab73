/* folder.h - what lies in an index's folder, and what of it is litter. */
#ifndef INDEX_FOLDER_H
#define INDEX_FOLDER_H

#include "index/manifest.h"

/* Whether an index may be made at path: nothing is there yet, or a folder that holds an index, or one without files of
 * others (subfolders are fine: they may be indexes too). *exists: there is a manifest. Errors: E_CREATE. */
bool folder_check(const char *path, bool *exists, struct error *error) MUST_CHECK;

/* Removes segments and tombstones that manifest does not name, and the temporaries of writers that are dead. Only under
 * the lock. What cannot be removed stays: the next commit tries again. */
void folder_sweep(const char *path, const struct manifest *manifest);

#endif
