/*
 * libfprint as a process of its own. One command a line on stdin, one JSON object a line on stdout:
 *
 *   capture ID            a picture of the finger, and how many minutiae it holds
 *   enrol ID              as many presses as the scanner wants, then a template
 *   verify ID TEMPLATE    one press against a template (base64 of fp_print_serialize)
 *   cancel ID
 *
 * One operation at a time. It ends with its owner: at the end of stdin, or by the kernel when the owner is gone.
 */
#include "device.h"
#include "json-line.h"
#include "trouble.h"
#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define LONGEST_LINE (256 * 1024)
#define LARGEST_SIDE 2000
#define ALIVE_EVERY_MS 2000

static struct
{
  gint64 id; /* 0 = nothing under way */
  GCancellable *cancel;
  FpImage *image;
} now;

static void
finish (GString *line)
{
  line_send (line);
  now.id = 0;
  g_clear_object (&now.cancel);
  g_clear_object (&now.image);
}

static GString *
answer (const char *kind, gint64 id)
{
  GString *line = line_new (kind);
  line_number (line, "id", id);
  return line;
}

static GString *
failed (gint64 id, const char *trouble)
{
  GString *line = answer ("failed", id);
  line_text (line, "trouble", trouble);
  return line;
}

static void
finish_failed (const GError *error)
{
  const gboolean fatal = trouble_is_fatal (error);
  finish (failed (now.id, trouble_of (error)));
  if (fatal)
    device_reopen (trouble_of (error));
}

/* The picture of a press, where the scanner keeps one with its print, for how good it was. */
static void
add_picture (GString *line, FpPrint *print)
{
  FpImage *image = print ? fp_print_get_image (print) : NULL;
  gsize length = 0;
  if (!image || fp_image_get_width (image) > LARGEST_SIDE || fp_image_get_height (image) > LARGEST_SIDE)
    return;
  const guchar *grey = fp_image_get_data (image, &length);
  GPtrArray *minutiae = fp_image_get_minutiae (image);
  g_string_append (line, ",\"picture\":{");
  line_number (line, "width", fp_image_get_width (image));
  line_number (line, "height", fp_image_get_height (image));
  line_number (line, "dpi", (gint64) (fp_image_get_ppmm (image) * 25.4 + 0.5));
  line_number (line, "minutiae", minutiae ? minutiae->len : 0);
  line_bytes (line, "grey", grey, length);
  g_string_append_c (line, '}');
}

static void
on_minutiae (GObject *object, GAsyncResult *result, gpointer data)
{
  FpImage *image = FP_IMAGE (object);
  gsize length = 0;
  (void) data;
  /* A picture in which none is found is a picture all the same: how good it is, is judged outside. */
  const gboolean found = fp_image_detect_minutiae_finish (image, result, NULL);
  GPtrArray *minutiae = found ? fp_image_get_minutiae (image) : NULL;
  const guchar *grey = fp_image_get_data (image, &length);
  GString *line = answer ("image", now.id);
  line_number (line, "width", fp_image_get_width (image));
  line_number (line, "height", fp_image_get_height (image));
  line_number (line, "dpi", (gint64) (fp_image_get_ppmm (image) * 25.4 + 0.5));
  line_number (line, "minutiae", minutiae ? minutiae->len : 0);
  line_bytes (line, "grey", grey, length);
  finish (line);
}

static void
on_captured (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  (void) data;
  now.image = fp_device_capture_finish (FP_DEVICE (object), result, &error);
  if (!now.image)
    return finish_failed (error);
  if (fp_image_get_width (now.image) > LARGEST_SIDE || fp_image_get_height (now.image) > LARGEST_SIDE)
    return finish (failed (now.id, "device"));
  fp_image_detect_minutiae (now.image, now.cancel, on_minutiae, NULL);
}

static void
on_stage (FpDevice *device, gint done, FpPrint *print, gpointer data, GError *error)
{
  (void) data;
  GString *line = answer ("stage", now.id);
  line_number (line, "done", done);
  line_number (line, "of", fp_device_get_nr_enroll_stages (device));
  if (error)
    line_text (line, "trouble", trouble_of (error));
  add_picture (line, print);
  line_send (line);
}

static void
on_enrolled (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree guchar *bytes = NULL;
  gsize length = 0;
  (void) data;
  g_autoptr (FpPrint) print = fp_device_enroll_finish (FP_DEVICE (object), result, &error);
  if (!print)
    return finish_failed (error);
  if (!fp_print_serialize (print, &bytes, &length, NULL))
    return finish (failed (now.id, "template"));
  GString *line = answer ("enrolled", now.id);
  line_bytes (line, "template", bytes, length);
  finish (line);
}

static void
on_verified (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FpPrint) print = NULL;
  gboolean match = FALSE;
  (void) data;
  if (!fp_device_verify_finish (FP_DEVICE (object), result, &match, &print, &error))
    return finish_failed (error);
  GString *line = answer ("verified", now.id);
  g_string_append_printf (line, ",\"match\":%s", match ? "true" : "false");
  add_picture (line, print);
  finish (line);
}

static void
verify (FpDevice *device, const char *base64)
{
  gsize length = 0;
  g_autofree guchar *bytes = g_base64_decode (base64, &length);
  g_autoptr (FpPrint) print = length ? fp_print_deserialize (bytes, length, NULL) : NULL;
  if (!print || !fp_print_compatible (print, device))
    return finish (failed (now.id, "template"));
  fp_device_verify (device, print, now.cancel, NULL, NULL, NULL, on_verified, NULL);
}

static void
obey (char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 3);
  const guint count = g_strv_length (words);
  const gint64 id = count > 1 ? g_ascii_strtoll (words[1], NULL, 10) : 0;
  FpDevice *device = device_current ();
  if (id <= 0)
    exit (2);
  if (g_str_equal (words[0], "cancel"))
    {
      if (now.id == id)
        g_cancellable_cancel (now.cancel);
      return;
    }
  if (now.id)
    return line_send (failed (id, "busy"));
  if (!device)
    return line_send (failed (id, "no-device"));
  now.id = id;
  now.cancel = g_cancellable_new ();
  if (g_str_equal (words[0], "capture"))
    fp_device_capture (device, TRUE, now.cancel, on_captured, NULL);
  else if (g_str_equal (words[0], "enrol"))
    fp_device_enroll (device, fp_print_new (device), now.cancel, on_stage, NULL, NULL, on_enrolled, NULL);
  else if (g_str_equal (words[0], "verify") && count == 3)
    verify (device, words[2]);
  else
    exit (2);
}

static gboolean
on_stdin (gint fd, GIOCondition condition, gpointer data)
{
  static GString *pending;
  char piece[16384];
  (void) condition, (void) data;
  if (!pending)
    pending = g_string_new (NULL);
  const gssize got = read (fd, piece, sizeof piece);
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
    exit (0);
  if (got < 0)
    return G_SOURCE_CONTINUE;
  g_string_append_len (pending, piece, got);
  for (char *end; (end = memchr (pending->str, '\n', pending->len));)
    {
      *end = '\0';
      g_autofree char *text = g_strdup (pending->str);
      g_string_erase (pending, 0, end - pending->str + 1);
      obey (text);
    }
  if (pending->len > LONGEST_LINE)
    exit (2);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_time (gpointer data)
{
  (void) data;
  line_send (line_new ("alive"));
  return G_SOURCE_CONTINUE;
}

/* What a driver only mutters, a picture that it threw away for instance, is nowhere else to be seen. */
static GLogWriterOutput
on_log (GLogLevelFlags level, const GLogField *fields, gsize count, gpointer data)
{
  if ((level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL)) && now.id)
    line_send (answer ("complaint", now.id));
  return g_log_writer_default (level, fields, count, data);
}

int
main (void)
{
  const struct rlimit none = { 0, 0 };
  /* A crash must not leave a picture of a finger on the disk, nor may another program of this user read our memory. */
  setrlimit (RLIMIT_CORE, &none);
  prctl (PR_SET_DUMPABLE, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGPIPE, SIG_IGN);
  g_log_set_writer_func (on_log, NULL, NULL);
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_stdin, NULL);
  g_timeout_add (ALIVE_EVERY_MS, on_time, NULL);
  line_send (line_new ("alive"));
  device_start ();
  g_main_loop_run (g_main_loop_new (NULL, FALSE));
}
