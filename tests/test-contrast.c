/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "pages-fixture.h"

#include "charts/cs-palette.h"

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
  guint n_icons;
  double least;
  GString *faults;
} Picture;

static const char *scheme_name;

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
  return TRUE;
}

/* The text of a field that is empty, too, is a label. What can't be used now needn't be read (1.4.3). A switch shows its state by where
 * its knob is; the marks on it are the theme's. */
static void
measure (GtkWidget *widget,
         gpointer   user_data)
{
  Picture *picture = user_data;
  gboolean is_text = GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0';
  gboolean is_icon = GTK_IS_IMAGE (widget) && gtk_image_get_storage_type (GTK_IMAGE (widget)) != GTK_IMAGE_EMPTY &&
                     !GTK_IS_SWITCH (gtk_widget_get_parent (widget));
  graphene_rect_t rectangle;
  double contrast;

  if ((!is_text && !is_icon) || !gtk_widget_is_sensitive (widget) || !get_rectangle (picture, widget, &rectangle))
    return;
  for (GtkWidget *parent = widget; parent != NULL; parent = gtk_widget_get_parent (parent)) {
    /* It waits to be needed, invisible. */
    if (gtk_widget_get_opacity (parent) == 0)
      return;
  }

  contrast = measure_contrast (picture, MAX (0, (int) (rectangle.origin.x * SCALE)), MAX (0, (int) (rectangle.origin.y * SCALE)),
                               MIN (picture->width, (int) ((rectangle.origin.x + rectangle.size.width) * SCALE)),
                               MIN (picture->height, (int) ((rectangle.origin.y + rectangle.size.height) * SCALE)));
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

static GString *all_faults;

static void
look (GtkWidget  *window,
      const char *name)
{
  Picture picture = { .window = window, .name = name, .least = 21, .faults = all_faults };
  g_autoptr (GdkTexture) texture = pages_take_picture (window, SCALE);
  g_autofree char *file_name = g_strconcat ("contrast-", name, "-", scheme_name, NULL);

  picture.width = gdk_texture_get_width (texture);
  picture.height = gdk_texture_get_height (texture);
  picture.pixels = g_malloc (4 * (gsize) picture.width * (gsize) picture.height);
  gdk_texture_download (texture, picture.pixels, 4 * (gsize) picture.width);
  pages_visit (window, measure, &picture);
  g_free (picture.pixels);
  g_test_message ("%s, %s: %u texts, the faintest with %.2f : 1; %u icons", name, scheme_name, picture.n_texts, picture.least,
                  picture.n_icons);
  g_assert_cmpuint (picture.n_texts, >=, 3);
  if (g_getenv ("CALLSTATS_SAVE_PICTURES") != NULL)
    pages_save_picture (window, file_name);
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
