/* The one scanner that the helper uses: found, opened, opened anew after it failed. */
#pragma once
#include <libfprint-2/fprint.h>

/* Looks for scanners and opens the first that gives pictures; goes on looking by itself. */
void device_start (void);
/* The open scanner, or NULL. */
FpDevice *device_current (void);
/* After an operation that failed for the device's sake: closes it and opens it again. */
void device_reopen (const char *trouble);
