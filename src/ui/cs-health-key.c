/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-health-key.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "charts/cs-health-timeline.h"

#define SIZE 12

/*
 * CsHealthKey: what stands for a status in the legend of the strip of past days: its colour at its height, and the word.
 */
struct _CsHealthKey {
  GtkWidget parent_instance;

  CsHealthStatus status;
  GtkWidget *label;  /* our child */
};

G_DEFINE_FINAL_TYPE (CsHealthKey, cs_health_key, GTK_TYPE_WIDGET)

static void
cs_health_key_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  CsHealthKey *self = CS_HEALTH_KEY (widget);

  gtk_widget_measure (self->label, orientation, -1, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum += SIZE + 6;
    *natural += SIZE + 6;
  }
}

static void
cs_health_key_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  CsHealthKey *self = CS_HEALTH_KEY (widget);
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkAllocation allocation = { is_rtl ? 0 : SIZE + 6, 0, MAX (width - SIZE - 6, 0), height };

  gtk_widget_size_allocate (self->label, &allocation, -1);
}

static void
cs_health_key_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  CsHealthKey *self = CS_HEALTH_KEY (widget);
  AdwStyleManager *style = adw_style_manager_get_default ();
  CsPaletteVariant variant =
      cs_palette_variant_from_style (adw_style_manager_get_dark (style), adw_style_manager_get_high_contrast (style));
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int x = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? width - SIZE : 0;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  cairo_translate (cr, x, (height - SIZE) / 2);
  cs_health_timeline_draw_key (cr, cs_palette_get (variant), self->status, SIZE);
  cairo_destroy (cr);
  gtk_widget_snapshot_child (widget, self->label, snapshot);
}

static void
cs_health_key_dispose (GObject *object)
{
  CsHealthKey *self = CS_HEALTH_KEY (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (cs_health_key_parent_class)->dispose (object);
}

static void
cs_health_key_class_init (CsHealthKeyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_health_key_dispose;
  widget_class->measure = cs_health_key_measure;
  widget_class->size_allocate = cs_health_key_size_allocate;
  widget_class->snapshot = cs_health_key_snapshot;
}

static void
cs_health_key_init (CsHealthKey *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_widget_add_css_class (self->label, "caption");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

/**
 * cs_health_key_new:
 * @status: what it explains
 *
 * Returns: (transfer none): an entry of a legend
 */
GtkWidget *
cs_health_key_new (CsHealthStatus status)
{
  CsHealthKey *self = g_object_new (CS_TYPE_HEALTH_KEY, NULL);

  self->status = status;
  gtk_label_set_label (GTK_LABEL (self->label), cs_health_status_get_word (status));
  return GTK_WIDGET (self);
}

/**
 * cs_health_status_get_word:
 * @status: how the numbers are, or were
 *
 * Returns: (transfer none): the words for it, translated
 */
const char *
cs_health_status_get_word (CsHealthStatus status)
{
  switch (status) {
  case CS_HEALTH_OK:
    return C_("health", "Healthy");
  case CS_HEALTH_WARNING:
    return C_("health", "Some affected");
  case CS_HEALTH_CRITICAL:
    return C_("health", "All affected");
  case CS_HEALTH_UNKNOWN:
  case CS_HEALTH_STALE:
    return C_("health", "Nothing heard");
  }
  return "";
}
