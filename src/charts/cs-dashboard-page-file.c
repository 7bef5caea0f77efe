/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-dashboard-page.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>

/* Where cairo's bytes go, and why they no longer do. */
typedef struct {
  GOutputStream *stream;     /* (unowned) */
  GCancellable *cancellable; /* (unowned) (nullable) */
  GError *error;             /* (owned) (nullable) */
} Sink;

static cairo_status_t
on_bytes (void                *data,
          const unsigned char *bytes,
          unsigned int         size)
{
  Sink *sink = data;

  if (sink->error == NULL
      && g_output_stream_write_all (sink->stream, bytes, size, NULL, sink->cancellable, &sink->error))
    return CAIRO_STATUS_SUCCESS;
  return CAIRO_STATUS_WRITE_ERROR;
}

static cairo_surface_t *
make_surface (const CsDashboardPage *self,
              CsDashboardFormat      format,
              Sink                  *sink)
{
  cairo_surface_t *surface = NULL;

  switch (format)
    {
    case CS_DASHBOARD_PDF:
      surface = cairo_pdf_surface_create_for_stream (on_bytes, sink, CS_DASHBOARD_PAGE_WIDTH, CS_DASHBOARD_PAGE_HEIGHT);
      cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, self->title);
      cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT, self->period);
      cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "CallStats " PACKAGE_VERSION);
      break;
    case CS_DASHBOARD_SVG:
      surface = cairo_svg_surface_create_for_stream (on_bytes, sink, CS_DASHBOARD_PAGE_WIDTH, CS_DASHBOARD_PAGE_HEIGHT);
      break;
    case CS_DASHBOARD_PNG:
      surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24,
                                            (int) ceil (CS_DASHBOARD_PAGE_WIDTH * CS_DASHBOARD_PAGE_SCALE),
                                            (int) ceil (CS_DASHBOARD_PAGE_HEIGHT * CS_DASHBOARD_PAGE_SCALE));
      cairo_surface_set_device_scale (surface, CS_DASHBOARD_PAGE_SCALE, CS_DASHBOARD_PAGE_SCALE);
      break;
    }
  return surface;
}

/* Writes the sheet as a file of that format. Blocking: use it in a worker thread. Errors of G_IO_ERROR; what was written by
 * then is of no use. */
gboolean
cs_dashboard_page_write (const CsDashboardPage  *self,
                         CsDashboardFormat       format,
                         GOutputStream          *stream,
                         GCancellable           *cancellable,
                         GError                **error)
{
  Sink sink = { stream, cancellable, NULL };
  cairo_surface_t *surface = make_surface (self, format, &sink);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  /* A file is looked at on any background. */
  gdk_cairo_set_source_rgba (cr, &cs_palette_get (CS_PALETTE_LIGHT)->background);
  cairo_paint (cr);
  cs_dashboard_page_draw (self, cr, CS_DASHBOARD_PAGE_WIDTH, CS_DASHBOARD_PAGE_HEIGHT);
  status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS && format == CS_DASHBOARD_PNG)
    status = cairo_surface_write_to_png_stream (surface, on_bytes, &sink);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);

  if (sink.error != NULL)
    g_propagate_error (error, sink.error);
  else if (status != CAIRO_STATUS_SUCCESS)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, cairo_status_to_string (status));
  return sink.error == NULL && status == CAIRO_STATUS_SUCCESS;
}
