/* What can go wrong, in the words of the protocol (z-fphelper.ts). */
#pragma once
#include <glib.h>

/* The word for an error of libfprint or GIO. */
const char *trouble_of (const GError *error);
/* Whether the device itself has failed and should be opened anew. */
gboolean trouble_is_fatal (const GError *error);
