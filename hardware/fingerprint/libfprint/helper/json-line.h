/* One JSON object a line on stdout, the only way in which the helper speaks. */
#pragma once
#include <glib.h>

/* Starts a line: {"kind":"<kind>" */
GString *line_new (const char *kind);
void line_number (GString *line, const char *name, gint64 value);
/* Escapes what is not plain; bytes that are not UTF-8 become U+FFFD. */
void line_text (GString *line, const char *name, const char *value);
/* Base64, standard alphabet. */
void line_bytes (GString *line, const char *name, const guchar *data, gsize length);
/* Ends the line, writes it whole, frees it. Ends the process when nobody reads any more. */
void line_send (GString *line);
