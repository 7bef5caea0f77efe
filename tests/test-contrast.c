/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "chart-fixture.h"
#include "dialogs-fixture.h"

#include "charts/cs-bar-layout.h"
#include "ui/cs-health-strip.h"

/* Measures in pictures of all pages how well each text and each icon stands out. Run with ADW_DEBUG_HIGH_CONTRAST=1 it measures the
 * theme of high contrast. */

/* WCAG 2.1: 1.4.3 for text, 1.4.11 for what is drawn. */
#define MIN_TEXT_CONTRAST 4.5
#define MIN_ICON_CONTRAST 3.0

/* So many times as large are pictures as the window: the strokes of letters get pixels of the full colour. */
#define SCALE 3

typedef struct {
  GtkWidget *window;
  const char *name;
  guchar *pixels;     /* B, G, R, A, row after row */
  int width, height;  /* in pixels */
  guint n_texts;
  guint n_drawn;      /* texts in charts */
  guint n_icons;
  double least;
  GString *faults;
} Picture;

static const char *scheme_name;
static GString *all_faults;

static guint32
get_pixel (Picture *picture,
           int      x,
           int      y)
{
  const guchar *pixel = picture->pixels + 4 * ((gsize) y * (gsize) picture->width + (gsize) x);

  return (guint32) pixel[2] << 16 | (guint32) pixel[1] << 8 | pixel[0];
}

static GdkRGBA
make_colour (guint32 pixel)
{
  return (GdkRGBA) { (float) (pixel >> 16) / 255, (float) (pixel >> 8 & 255) / 255, (float) (pixel & 255) / 255, 1 };
}

/* The contrast between the most frequent colour and the one that is farthest from it, single pixels apart. */
static double
measure_contrast (Picture *picture,
                  int      x0,
                  int      y0,
                  int      x1,
                  int      y1)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer key, value;
  guint32 background = 0;
  guint most = 0;
  double contrast = 1;
  GdkRGBA behind;

  for (int y = y0; y < y1; y++) {
    for (int x = x0; x < x1; x++) {
      gpointer pixel = GUINT_TO_POINTER (get_pixel (picture, x, y) + 1);

      g_hash_table_insert (counts, pixel, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, pixel)) + 1));
    }
  }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    if (GPOINTER_TO_UINT (value) > most) {
      most = GPOINTER_TO_UINT (value);
      background = GPOINTER_TO_UINT (key) - 1;
    }
  }
  behind = make_colour (background);
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    GdkRGBA colour = make_colour (GPOINTER_TO_UINT (key) - 1);

    if (GPOINTER_TO_UINT (value) >= SCALE)
      contrast = MAX (contrast, cs_colour_get_contrast (&colour, &behind));
  }
  return contrast;
}

/* A picture begins where the window's border does; a window counts from within it. */
static void
shift_into_picture (Picture         *picture,
                    graphene_rect_t *rectangle)
{
  graphene_rect_t own;

  g_assert_true (gtk_widget_compute_bounds (picture->window, picture->window, &own));
  graphene_rect_offset (rectangle, -own.origin.x, -own.origin.y);
}

/* Where it is in the picture, if nothing around cuts it off. */
static gboolean
get_rectangle (Picture         *picture,
               GtkWidget       *widget,
               graphene_rect_t *rectangle)
{
  if (!gtk_widget_compute_bounds (widget, picture->window, rectangle) || rectangle->size.width < 4 || rectangle->size.height < 4)
    return FALSE;
  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL; parent = gtk_widget_get_parent (parent)) {
    graphene_rect_t around;

    if (!GTK_IS_VIEWPORT (parent) && !GTK_IS_SCROLLED_WINDOW (parent) && parent != picture->window)
      continue;
    if (!gtk_widget_compute_bounds (parent, picture->window, &around) || !graphene_rect_contains_rect (&around, rectangle))
      return FALSE;
  }
  shift_into_picture (picture, rectangle);
  return TRUE;
}

static double
measure_rectangle (Picture               *picture,
                   const graphene_rect_t *rectangle)
{
  return measure_contrast (picture, MAX (0, (int) (rectangle->origin.x * SCALE)), MAX (0, (int) (rectangle->origin.y * SCALE)),
                           MIN (picture->width, (int) ((rectangle->origin.x + rectangle->size.width) * SCALE)),
                           MIN (picture->height, (int) ((rectangle->origin.y + rectangle->size.height) * SCALE)));
}

/* A text that a chart draws; @x and @y: in the chart, of the left upper corner. */
static void
measure_drawn (Picture     *picture,
               GtkWidget   *chart,
               PangoLayout *text,
               double       x,
               double       y,
               const char  *what)
{
  PangoRectangle extents;
  graphene_rect_t around, rectangle;
  double contrast;

  if (!get_rectangle (picture, chart, &around))
    return;
  pango_layout_get_pixel_extents (text, NULL, &extents);
  rectangle = GRAPHENE_RECT_INIT (around.origin.x + (float) x, around.origin.y + (float) y, (float) extents.width, (float) extents.height);
  contrast = measure_rectangle (picture, &rectangle);
  picture->n_drawn++;
  picture->least = MIN (picture->least, contrast);
  if (contrast < MIN_TEXT_CONTRAST)
    g_string_append_printf (picture->faults, "\n%s, %s: %.2f : 1 at %.0f, %.0f: %s “%s” of a chart", picture->name, scheme_name, contrast,
                            rectangle.origin.x, rectangle.origin.y, what,
                            pango_layout_get_text (text));
}

/* Axis, legend, values and names, where the chart's own layout has them. */
static void
measure_bars (Picture        *picture,
              CsBarChartView *view)
{
  GtkWidget *widget = GTK_WIDGET (view);
  g_autoptr (CsBarLayout) layout = cs_bar_layout_new (cs_bar_chart_view_get_chart (view), gtk_widget_get_pango_context (widget),
                                                      gtk_widget_get_width (widget), gtk_widget_get_height (widget), FALSE);
  double label_y = layout->label_top + (layout->chart->labels == CS_BAR_LABELS_WRAP ? layout->mark_size + 3 : 0);
  CsBarHeights heights;
  int width, height;

  cs_bar_layout_get_heights (layout, &heights);
  for (guint i = 0; i <= layout->axis.n_steps; i++) {
    pango_layout_get_pixel_size (layout->tick_labels[i], &width, NULL);
    measure_drawn (picture, widget, layout->tick_labels[i], layout->plot.x - 8 - width,
                   cs_bar_layout_get_y (layout, &heights, i * layout->axis.step) - layout->line_height / 2, "tick");
  }
  for (guint i = 0; i < layout->n_legend_entries; i++) {
    pango_layout_get_pixel_size (layout->legend[i].text, &width, NULL);
    measure_drawn (picture, widget, layout->legend[i].text, layout->legend[i].x + layout->legend[i].width - width, layout->legend[i].y,
                   "legend");
  }
  for (guint i = 0; i < layout->chart->n_columns; i++) {
    cairo_rectangle_t slot, bar;

    cs_bar_layout_get_slot (layout, i, &slot);
    cs_bar_layout_get_bar (layout, &heights, i, &bar);
    if (layout->labels[i] != NULL) {
      pango_layout_get_pixel_size (layout->labels[i], &width, NULL);
      measure_drawn (picture, widget, layout->labels[i], slot.x + (slot.width - width) / 2, label_y, "label");
    }
    if (layout->totals[i] != NULL) {
      pango_layout_get_pixel_size (layout->totals[i], &width, &height);
      measure_drawn (picture, widget, layout->totals[i], bar.x + (bar.width - width) / 2, bar.y - height - 2, "value");
    }
    if (layout->marker != NULL && layout->chart->marked == (int) i) {
      pango_layout_get_pixel_size (layout->marker, &width, NULL);
      measure_drawn (picture, widget, layout->marker, bar.x + (bar.width - width) / 2, slot.y, "marker");
    }
  }
}

/* The days below the strip: all but the last one lie in a seventh of it each, which is more than their text. */
static void
measure_days (Picture   *picture,
              GtkWidget *strip)
{
  g_autoptr (PangoLayout) text = gtk_widget_create_pango_layout (strip, "Wed");
  double day_width = gtk_widget_get_width (strip) / 7.0;
  int width, height;

  pango_layout_get_pixel_size (text, &width, &height);
  g_assert_cmpfloat (day_width, >, width);
  for (int day = 0; day < 7; day++)
    measure_drawn (picture, strip, text, (day + 0.5) * day_width - width / 2.0, gtk_widget_get_height (strip) - height, "day");
}

/* The text of a field that is empty, too, is a label. What can't be used now needn't be read (1.4.3). A switch shows its state by where
 * its knob is; the marks on it are the theme's. The program's own icon is a logo. */
static void
measure (GtkWidget *widget,
         gpointer   user_data)
{
  Picture *picture = user_data;
  gboolean is_text = GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0';
  gboolean is_icon = GTK_IS_IMAGE (widget) && gtk_image_get_storage_type (GTK_IMAGE (widget)) != GTK_IMAGE_EMPTY &&
                     g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (widget)), "com.example.CallStats") != 0 &&
                     !GTK_IS_SWITCH (gtk_widget_get_parent (widget));
  graphene_rect_t rectangle;
  double contrast;

  if (CS_IS_BAR_CHART_VIEW (widget))
    measure_bars (picture, CS_BAR_CHART_VIEW (widget));
  if (CS_IS_HEALTH_STRIP (widget))
    measure_days (picture, widget);
  if ((!is_text && !is_icon) || !gtk_widget_is_sensitive (widget) || !get_rectangle (picture, widget, &rectangle))
    return;
  for (GtkWidget *parent = widget; parent != NULL; parent = gtk_widget_get_parent (parent)) {
    /* It waits to be needed, invisible. */
    if (gtk_widget_get_opacity (parent) == 0)
      return;
  }

  contrast = measure_rectangle (picture, &rectangle);
  if (is_text) {
    picture->n_texts++;
    picture->least = MIN (picture->least, contrast);
  } else {
    picture->n_icons++;
  }
  if (contrast < (is_text ? MIN_TEXT_CONTRAST : MIN_ICON_CONTRAST)) {
    g_autofree char *who = pages_describe (widget);

    g_string_append_printf (picture->faults, "\n%s, %s: %.2f : 1 at %.0f, %.0f: %s", picture->name, scheme_name, contrast,
                            rectangle.origin.x, rectangle.origin.y, who);
  }
}

static void
take_picture (Picture    *picture,
              GtkWidget  *window,
              const char *name)
{
  g_autoptr (GdkTexture) texture = pages_take_picture (window, SCALE);

  *picture = (Picture) { .window = window, .name = name, .least = 21, .faults = all_faults };
  picture->width = gdk_texture_get_width (texture);
  picture->height = gdk_texture_get_height (texture);
  picture->pixels = g_malloc (4 * (gsize) picture->width * (gsize) picture->height);
  gdk_texture_download (texture, picture->pixels, 4 * (gsize) picture->width);
}

static void
look (GtkWidget  *window,
      const char *name)
{
  g_autofree char *file_name = g_strconcat ("contrast-", name, "-", scheme_name, NULL);
  Picture picture;

  take_picture (&picture, window, name);
  pages_visit (window, measure, &picture);
  g_free (picture.pixels);
  g_test_message ("%s, %s: %u texts and %u in charts, the faintest with %.2f : 1; %u icons", name, scheme_name, picture.n_texts,
                  picture.n_drawn, picture.least, picture.n_icons);
  g_assert_cmpuint (picture.n_texts, >=, 3);
  /* Both charts of a day have these, at least. */
  if (g_str_equal (name, "today") || g_str_equal (name, "monitoring"))
    g_assert_cmpuint (picture.n_drawn, >=, 20);
  if (g_getenv ("CALLSTATS_SAVE_PICTURES") != NULL)
    pages_save_picture (window, file_name);
}

/* What is said beside the part of a chart that the pointer is on: all that is not of the window's own colours. */
static void
look_at_bubble (const char *id)
{
  GtkWidget *window = GTK_WIDGET (live.window), *chart = find_widget (window, id);
  gpointer motion = find_controller (chart, GTK_TYPE_EVENT_CONTROLLER_MOTION);
  const GdkRGBA *colour = &cs_chart_view_get_palette (CS_CHART_VIEW (chart))->bubble;
  int left = G_MAXINT, right = 0, top = G_MAXINT, bottom = 0;
  guint n_pixels = 0;
  graphene_rect_t bounds;
  Picture picture;
  double contrast;

  live_wait (cs_chart_view_get_item (CS_CHART_VIEW (chart), 1) != NULL);
  g_assert_true (gtk_widget_compute_bounds (cs_chart_view_get_item (CS_CHART_VIEW (chart), 1), chart, &bounds));
  g_signal_emit_by_name (motion, "motion", bounds.origin.x + bounds.size.width / 2.0, bounds.origin.y + bounds.size.height / 2.0);
  g_assert_nonnull (cs_chart_view_get_bubble_text (CS_CHART_VIEW (chart)));
  take_picture (&picture, window, id);
  g_signal_emit_by_name (motion, "leave");

  g_assert_true (gtk_widget_compute_bounds (chart, window, &bounds));
  shift_into_picture (&picture, &bounds);
  for (int y = MAX (0, (int) (bounds.origin.y - 60) * SCALE); y < (int) (bounds.origin.y + bounds.size.height) * SCALE; y++) {
    for (int x = (int) bounds.origin.x * SCALE; x < (int) (bounds.origin.x + bounds.size.width) * SCALE; x++) {
      GdkRGBA pixel = make_colour (get_pixel (&picture, x, y));

      if (cs_colour_get_contrast (&pixel, colour) > 1.01)
        continue;
      n_pixels++;
      left = MIN (left, x);
      right = MAX (right, x);
      top = MIN (top, y);
      bottom = MAX (bottom, y);
    }
  }
  g_assert_cmpuint (n_pixels, >, 1000 * SCALE * SCALE);
  contrast = measure_contrast (&picture, left, top, right + 1, bottom + 1);
  g_test_message ("bubble of %s, %s: %.2f : 1", id, scheme_name, contrast);
  g_assert_cmpfloat (contrast, >=, MIN_TEXT_CONTRAST);
  g_free (picture.pixels);
}

static void
test_scheme (gpointer      fixture,
             gconstpointer data)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  gboolean is_high = adw_style_manager_get_high_contrast (manager), is_dark = GPOINTER_TO_INT (data);

  g_assert_true (is_high == (g_getenv ("ADW_DEBUG_HIGH_CONTRAST") != NULL));
  scheme_name = is_high ? (is_dark ? "high-contrast-dark" : "high-contrast-light") : (is_dark ? "dark" : "light");
  all_faults = g_string_new (NULL);
  adw_style_manager_set_color_scheme (manager, is_dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  pages_show ();
  pages_look_at_all (look, 960, 1000);
  dialogs_look_at_all (look, 960, 1000);
  pages_go (1);
  look_at_bubble ("outcome_view");
  pages_go (3);
  look_at_bubble ("health_strip");
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_FORCE_LIGHT);
  if (all_faults->len > 0) {
    g_test_message ("%s", all_faults->str);
    g_test_fail ();
  }
  g_string_free (all_faults, TRUE);
}

int
main (int    argc,
      char **argv)
{
  live_init_test (&argc, &argv);
  g_test_add_vtable ("/contrast/light", 0, GINT_TO_POINTER (FALSE), live_set_up, test_scheme, live_tear_down);
  g_test_add_vtable ("/contrast/dark", 0, GINT_TO_POINTER (TRUE), live_set_up, test_scheme, live_tear_down);
  return live_run ();
}
