/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-export-print.h"

static void
draw_page (GtkPrintOperation *operation,
           GtkPrintContext   *context,
           int                page_number,
           CsDashboardPage   *page)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  double width = gtk_print_context_get_width (context), height = gtk_print_context_get_height (context);
  double scale = MIN (width / CS_DASHBOARD_PAGE_WIDTH, height / CS_DASHBOARD_PAGE_HEIGHT);

  /* The sheet is made for A4; on other paper, and inside the printer's margins, it is the same sheet smaller or larger. */
  cairo_scale (cr, scale, scale);
  cs_dashboard_page_draw (page, cr, width / scale, height / scale);
}

/**
 * cs_export_print_new:
 * @page: (transfer full): what to print
 *
 * Returns: (transfer full): what prints it on one sheet, lying on its side
 */
GtkPrintOperation *
cs_export_print_new (CsDashboardPage *page)
{
  GtkPrintOperation *operation;
  g_autoptr (GtkPageSetup) setup = NULL;

  g_return_val_if_fail (page != NULL, NULL);

  operation = gtk_print_operation_new ();
  setup = gtk_page_setup_new ();
  gtk_page_setup_set_orientation (setup, GTK_PAGE_ORIENTATION_LANDSCAPE);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_job_name (operation, page->title);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_embed_page_setup (operation, TRUE);
  g_object_set_data_full (G_OBJECT (operation), "cs-page", page, (GDestroyNotify) cs_dashboard_page_free);
  g_signal_connect (operation, "draw-page", G_CALLBACK (draw_page), page);
  return operation;
}
