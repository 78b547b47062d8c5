#include "trouble.h"
#include <libfprint-2/fprint.h>

const char *
trouble_of (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "cancelled";
  if (error->domain == FP_DEVICE_RETRY)
    switch (error->code)
      {
      case FP_DEVICE_RETRY_TOO_SHORT:
        return "too-short";
      case FP_DEVICE_RETRY_CENTER_FINGER:
        return "off-centre";
      case FP_DEVICE_RETRY_REMOVE_FINGER:
        return "lift-first";
      default:
        return "unclear";
      }
  if (error->domain == FP_DEVICE_ERROR)
    switch (error->code)
      {
      case FP_DEVICE_ERROR_NOT_SUPPORTED:
        return "unsupported";
      case FP_DEVICE_ERROR_BUSY:
        return "busy";
      case FP_DEVICE_ERROR_DATA_INVALID:
        return "template";
      case FP_DEVICE_ERROR_REMOVED:
        return "removed";
      case FP_DEVICE_ERROR_TOO_HOT:
        return "too-hot";
      default:
        return "device";
      }
  return "device";
}

gboolean
trouble_is_fatal (const GError *error)
{
  return g_str_equal (trouble_of (error), "device") || g_str_equal (trouble_of (error), "removed");
}
