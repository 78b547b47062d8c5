#include "json-line.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

GString *
line_new (const char *kind)
{
  GString *line = g_string_new ("{\"kind\":\"");
  return g_string_append_c (g_string_append (line, kind), '"');
}

static void
name_of (GString *line, const char *name)
{
  const char last = line->str[line->len - 1];
  if (last != '{' && last != '[')
    g_string_append_c (line, ',');
  g_string_append_printf (line, "\"%s\":", name);
}

void
line_number (GString *line, const char *name, gint64 value)
{
  name_of (line, name);
  g_string_append_printf (line, "%" G_GINT64_FORMAT, value);
}

void
line_text (GString *line, const char *name, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value ? value : "", -1);
  name_of (line, name);
  g_string_append_c (line, '"');
  for (const char *at = valid; *at; at++)
    {
      const guchar byte = (guchar) *at;
      if (byte == '"' || byte == '\\')
        g_string_append_c (line, '\\');
      if (byte < 0x20)
        g_string_append_printf (line, "\\u%04x", byte);
      else
        g_string_append_c (line, *at);
    }
  g_string_append_c (line, '"');
}

void
line_bytes (GString *line, const char *name, const guchar *data, gsize length)
{
  g_autofree char *text = g_base64_encode (data, length);
  name_of (line, name);
  g_string_append_printf (line, "\"%s\"", text);
}

void
line_send (GString *line)
{
  g_string_append (line, "}\n");
  for (gsize done = 0; done < line->len;)
    {
      const gssize written = write (STDOUT_FILENO, line->str + done, line->len - done);
      if (written < 0 && errno != EINTR)
        _exit (0);
      if (written > 0)
        done += (gsize) written;
    }
  g_string_free (line, TRUE);
}
