/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-dashboard-page.h"

#include "charts/cs-bar-painter.h"
#include "charts/cs-mark.h"

/* In points. */
#define MARGIN 36
#define GAP 12
#define PADDING 12
#define RADIUS 8
#define TITLE_SIZE 22
#define PERIOD_SIZE 12
#define VALUE_SIZE 22
#define LABEL_SIZE 10
#define NOTE_SIZE 8
#define CHART_TITLE_SIZE 12
#define CHART_TEXT_SIZE 10

static void
tile_clear (CsDashboardTile *tile)
{
  g_free (tile->label);
  g_free (tile->value);
  g_free (tile->note);
}

/* Makes a sheet without figures. The texts are shown as they are. */
CsDashboardPage *
cs_dashboard_page_new (const char *title,
                       const char *period,
                       const char *footnote)
{
  CsDashboardPage *self = g_new0 (CsDashboardPage, 1);

  self->title = g_strdup (title);
  self->period = g_strdup (period);
  self->footnote = g_strdup (footnote);
  return self;
}

void
cs_dashboard_page_free (CsDashboardPage *self)
{
  for (guint i = 0; i < self->n_tiles; i++)
    tile_clear (&self->tiles[i]);
  for (guint i = 0; i < self->n_charts; i++)
    cs_bar_chart_unref (self->charts[i]);
  g_free (self->title);
  g_free (self->period);
  g_free (self->footnote);
  g_free (self);
}

/* Adds a figure; note may be NULL. */
void
cs_dashboard_page_add_tile (CsDashboardPage *self,
                            const char      *label,
                            const char      *value,
                            const char      *note)
{
  CsDashboardTile *tile;

  g_return_if_fail (self->n_tiles < CS_DASHBOARD_PAGE_MAX_TILES);

  tile = &self->tiles[self->n_tiles++];
  tile->label = g_strdup (label);
  tile->value = g_strdup (value);
  tile->note = g_strdup (note);
}

/* Adds a chart, which is kept by a reference. */
void
cs_dashboard_page_add_chart (CsDashboardPage *self,
                             CsBarChart      *chart)
{
  g_return_if_fail (self->n_charts < CS_DASHBOARD_PAGE_MAX_CHARTS);

  self->charts[self->n_charts++] = cs_bar_chart_ref (chart);
}

/* On paper a size is in points, whatever a screen's resolution. */
static PangoContext *
make_context (cairo_t  *cr,
              double    size,
              gboolean  is_rtl)
{
  PangoContext *context = pango_cairo_create_context (cr);
  PangoFontDescription *font = pango_font_description_from_string ("Sans");

  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_context_set_font_description (context, font);
  pango_context_set_base_dir (context, is_rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  /* Rounded to a screen's pixels the letters would stand unevenly in a file that has none. */
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_font_description_free (font);
  return context;
}

/* Draws a line of text, at its end shortened to the width. Returns its height. */
static double
draw_text (const CsDashboardPage *self,
           cairo_t               *cr,
           const char            *text,
           double                 size,
           PangoWeight            weight,
           const GdkRGBA         *colour,
           const cairo_rectangle_t *area)
{
  PangoContext *context = make_context (cr, size, self->is_rtl);
  g_autoptr (PangoLayout) layout = pango_layout_new (context);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  PangoRectangle extents;

  pango_attr_list_insert (attributes, pango_attr_weight_new (weight));
  g_object_unref (context);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_auto_dir (layout, FALSE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_width (layout, area->width * PANGO_SCALE);
  pango_layout_get_extents (layout, NULL, &extents);
  gdk_cairo_set_source_rgba (cr, colour);
  cairo_move_to (cr, area->x, area->y);
  pango_cairo_show_layout (cr, layout);
  return (double) extents.height / PANGO_SCALE;
}

static void
draw_card (cairo_t                 *cr,
           const CsPalette         *palette,
           const cairo_rectangle_t *card)
{
  cairo_new_path (cr);
  cs_mark_trace_rounded (cr, card->x, card->y, card->width, card->height, RADIUS);
  gdk_cairo_set_source_rgba (cr, &palette->grid);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

static double
draw_tiles (const CsDashboardPage *self,
            cairo_t               *cr,
            const CsPalette       *palette,
            double                 y,
            double                 width)
{
  double tile_width = (width - 2 * MARGIN - GAP * (self->n_tiles - 1)) / self->n_tiles;
  double height = 2 * PADDING + 1.4 * (VALUE_SIZE + LABEL_SIZE);
  gboolean has_notes = FALSE;

  for (guint i = 0; i < self->n_tiles; i++)
    has_notes = has_notes || self->tiles[i].note != NULL;
  if (has_notes)
    height += 1.4 * NOTE_SIZE;
  for (guint i = 0; i < self->n_tiles; i++)
    {
      const CsDashboardTile *tile = &self->tiles[i];
      guint place = self->is_rtl ? self->n_tiles - 1 - i : i;
      cairo_rectangle_t card = { MARGIN + place * (tile_width + GAP), y, tile_width, height };
      cairo_rectangle_t line = { card.x + PADDING, y + PADDING, tile_width - 2 * PADDING, 0 };

      draw_card (cr, palette, &card);
      line.y += draw_text (self, cr, tile->value, VALUE_SIZE, PANGO_WEIGHT_BOLD, &palette->text, &line);
      line.y += draw_text (self, cr, tile->label, LABEL_SIZE, PANGO_WEIGHT_NORMAL, &palette->text, &line);
      if (tile->note != NULL)
        draw_text (self, cr, tile->note, NOTE_SIZE, PANGO_WEIGHT_NORMAL, &palette->dim_text, &line);
    }
  return height;
}

static void
draw_charts (const CsDashboardPage *self,
             cairo_t               *cr,
             const CsPalette       *palette,
             double                 y,
             double                 width,
             double                 height)
{
  /* A chart of hours has more bars than one of outcomes, and gets more of the width. */
  double room = width - 2 * MARGIN - GAP * (self->n_charts - 1), x = MARGIN, n_columns = 0;

  for (guint i = 0; i < self->n_charts; i++)
    n_columns += MAX (self->charts[i]->n_columns, 12);
  for (guint i = 0; i < self->n_charts; i++)
    {
      CsBarChart *chart = self->charts[self->is_rtl ? self->n_charts - 1 - i : i];
      cairo_rectangle_t card = { x, y, room * MAX (chart->n_columns, 12) / n_columns, height };
      cairo_rectangle_t line = { x + PADDING, y + PADDING, card.width - 2 * PADDING, 0 };
      PangoContext *context = make_context (cr, CHART_TEXT_SIZE, self->is_rtl);
      g_autoptr (CsBarLayout) layout = NULL;

      draw_card (cr, palette, &card);
      line.y += draw_text (self, cr, chart->title, CHART_TITLE_SIZE, PANGO_WEIGHT_BOLD, &palette->text, &line) + PADDING;
      layout = cs_bar_layout_new (chart, context, line.width, card.y + card.height - PADDING - line.y, self->is_rtl);
      g_object_unref (context);
      cairo_save (cr);
      cairo_translate (cr, line.x, line.y);
      cs_bar_painter_draw (layout, cr, palette, NULL);
      cairo_restore (cr);
      x += card.width + GAP;
    }
}

/* Draws the sheet on anything of that size, in points. The background is left as it is: paper has one. */
void
cs_dashboard_page_draw (const CsDashboardPage *self,
                        cairo_t               *cr,
                        double                 width,
                        double                 height)
{
  const CsPalette *palette = cs_palette_get (CS_PALETTE_LIGHT);
  cairo_rectangle_t line = { MARGIN, MARGIN, width - 2 * MARGIN, 0 };
  double bottom = height - MARGIN - 1.6 * NOTE_SIZE;

  line.y += draw_text (self, cr, self->title, TITLE_SIZE, PANGO_WEIGHT_BOLD, &palette->text, &line);
  line.y += draw_text (self, cr, self->period, PERIOD_SIZE, PANGO_WEIGHT_NORMAL, &palette->dim_text, &line) + GAP;
  if (self->n_tiles > 0)
    line.y += draw_tiles (self, cr, palette, line.y, width) + GAP;
  if (self->n_charts > 0)
    draw_charts (self, cr, palette, line.y, width, MAX (bottom - GAP / 2 - line.y, 1));
  line.y = bottom;
  draw_text (self, cr, self->footnote, NOTE_SIZE, PANGO_WEIGHT_NORMAL, &palette->dim_text, &line);
}
