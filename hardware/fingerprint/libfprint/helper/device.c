#include "device.h"
#include "json-line.h"
#include "trouble.h"

/* How long to wait before a scanner that could not be opened is tried again. */
#define REOPEN_MS 1000

static FpContext *context;
static FpDevice *current;
static gboolean opening;

static void open_one (void);

/* Only a scanner that gives pictures makes templates that do not live inside it. */
static gboolean
is_ours (FpDevice *device)
{
  return fp_device_has_feature (device, FP_DEVICE_FEATURE_CAPTURE) &&
         fp_device_has_feature (device, FP_DEVICE_FEATURE_VERIFY) &&
         !fp_device_has_feature (device, FP_DEVICE_FEATURE_STORAGE);
}

static void
tell (const char *trouble)
{
  GPtrArray *devices = fp_context_get_devices (context);
  GString *line = line_new ("seen");
  g_string_append (line, ",\"devices\":[");
  for (guint i = 0; i < devices->len; i++)
    {
      FpDevice *device = g_ptr_array_index (devices, i);
      g_string_append (line, i ? ",{" : "{");
      line_text (line, "driver", fp_device_get_driver (device));
      line_text (line, "id", fp_device_get_device_id (device));
      line_text (line, "name", fp_device_get_name (device));
      line_number (line, "stages", fp_device_get_nr_enroll_stages (device));
      line_text (line, "scan", fp_device_get_scan_type (device) == FP_SCAN_TYPE_SWIPE ? "swipe" : "press");
      g_string_append_printf (line, ",\"suitable\":%s", is_ours (device) ? "true" : "false");
      g_string_append_printf (line, ",\"open\":%s}", device == current ? "true" : "false");
    }
  g_string_append_c (line, ']');
  if (trouble)
    line_text (line, "trouble", trouble);
  line_send (line);
}

static void
on_finger (FpDevice *device, GParamSpec *spec, gpointer data)
{
  const FpFingerStatusFlags status = fp_device_get_finger_status (device);
  (void) spec, (void) data;
  GString *line = line_new ("finger");
  line_text (line, "status",
             status & FP_FINGER_STATUS_PRESENT  ? "present"
             : status & FP_FINGER_STATUS_NEEDED ? "needed"
                                                : "none");
  line_send (line);
}

static gboolean
open_later (gpointer data)
{
  (void) data;
  open_one ();
  return G_SOURCE_REMOVE;
}

static void
on_opened (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  (void) data;
  opening = FALSE;
  if (fp_device_open_finish (FP_DEVICE (object), result, &error))
    {
      current = g_object_ref (FP_DEVICE (object));
      g_signal_connect (current, "notify::finger-status", G_CALLBACK (on_finger), NULL);
      return tell (NULL);
    }
  tell (trouble_of (error));
  g_timeout_add (REOPEN_MS, open_later, NULL);
}

static void
open_one (void)
{
  GPtrArray *devices = fp_context_get_devices (context);
  if (current || opening)
    return;
  for (guint i = 0; i < devices->len; i++)
    {
      FpDevice *device = g_ptr_array_index (devices, i);
      if (!is_ours (device))
        continue;
      opening = TRUE;
      return fp_device_open (device, NULL, on_opened, NULL);
    }
  tell (NULL);
}

static void
on_closed (GObject *object, GAsyncResult *result, gpointer data)
{
  (void) data;
  fp_device_close_finish (FP_DEVICE (object), result, NULL);
  g_timeout_add (REOPEN_MS, open_later, NULL);
}

static void
close_current (void)
{
  FpDevice *old = g_steal_pointer (&current);
  if (!old)
    return;
  g_signal_handlers_disconnect_by_func (old, on_finger, NULL);
  fp_device_close (old, NULL, on_closed, NULL);
  g_object_unref (old);
}

static void
on_added (FpContext *from, FpDevice *device, gpointer data)
{
  (void) from, (void) device, (void) data;
  open_one ();
}

static void
on_removed (FpContext *from, FpDevice *device, gpointer data)
{
  (void) from, (void) data;
  if (device == current)
    close_current ();
  tell ("removed");
}

void
device_start (void)
{
  context = fp_context_new ();
  fp_context_enumerate (context);
  g_signal_connect (context, "device-added", G_CALLBACK (on_added), NULL);
  g_signal_connect (context, "device-removed", G_CALLBACK (on_removed), NULL);
  open_one ();
}

FpDevice *
device_current (void)
{
  return current;
}

void
device_reopen (const char *trouble)
{
  close_current ();
  tell (trouble);
}
