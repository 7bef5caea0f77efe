/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "charts/cs-palette.h"

#include <math.h>

/* A palette as designed; the colours that must be told from the background are then moved until they can be. */
typedef struct {
  const char *background;
  const char *usual;
  const char *text;
  const char *dim_text;
  const char *grid;
  const char *baseline;
  const char *hover;
  const char *marker;
  const char *bubble;
  double min_fill_contrast;
  double min_text_contrast;
} CsPaletteDesign;

/* The backgrounds are those of libadwaita's cards, with what is translucent laid on the window's colour. */
static const CsPaletteDesign designs[CS_N_PALETTE_VARIANTS] = {
  [CS_PALETTE_LIGHT] = {
    .background = "#ffffff", .usual = "#d3d7dc", .text = "#323232", .dim_text = "#66646c", .grid = "#ebebeb",
    .baseline = "#8f8e8b", .hover = "#f3f3f4", .marker = "#323232", .bubble = "#303030",
    .min_fill_contrast = 3, .min_text_contrast = 4.5,
  },
  [CS_PALETTE_DARK] = {
    .background = "#363636", .usual = "#595d63", .text = "#ffffff", .dim_text = "#c0bfbc", .grid = "#444444",
    .baseline = "#8f8e8b", .hover = "#404041", .marker = "#ffffff", .bubble = "#101010",
    .min_fill_contrast = 3, .min_text_contrast = 4.5,
  },
  [CS_PALETTE_HIGH_CONTRAST_LIGHT] = {
    .background = "#ffffff", .usual = "#b4bac2", .text = "#000000", .dim_text = "#3d3846", .grid = "#c8c8c8",
    .baseline = "#000000", .hover = "#e6e6e8", .marker = "#000000", .bubble = "#000000",
    .min_fill_contrast = 4.5, .min_text_contrast = 7,
  },
  [CS_PALETTE_HIGH_CONTRAST_DARK] = {
    .background = "#363636", .usual = "#757b83", .text = "#ffffff", .dim_text = "#deddda", .grid = "#626262",
    .baseline = "#ffffff", .hover = "#4a4a4c", .marker = "#ffffff", .bubble = "#000000",
    .min_fill_contrast = 4.5, .min_text_contrast = 7,
  },
};

static const char *fill_colours[CS_N_FILLS] = {
  [CS_FILL_ANSWERED] = "#00a6a6",
  [CS_FILL_VOICEMAIL] = "#efca08",
  [CS_FILL_REJECTED] = "#f49f0a",
  [CS_FILL_MISSED] = "#ff0000",
  [CS_FILL_OTHER] = "#9a9996",
  [CS_FILL_CALLS] = "#3584e4",
  [CS_FILL_FAILED] = "#9141ac",
  [CS_FILL_MENU_ONLY] = "#62a0ea",
};

static void
parse (GdkRGBA    *colour,
       const char *text)
{
  if (!gdk_rgba_parse (colour, text))
    g_assert_not_reached ();
}

static void
build_palette (CsPalette             *palette,
               const CsPaletteDesign *design)
{
  parse (&palette->background, design->background);
  parse (&palette->usual, design->usual);
  parse (&palette->text, design->text);
  parse (&palette->dim_text, design->dim_text);
  parse (&palette->grid, design->grid);
  parse (&palette->baseline, design->baseline);
  parse (&palette->hover, design->hover);
  parse (&palette->marker, design->marker);
  parse (&palette->bubble, design->bubble);
  parse (&palette->bubble_text, "#ffffff");
  parse (&palette->focus, fill_colours[CS_FILL_CALLS]);

  for (int i = 0; i < CS_N_FILLS; i++)
    {
      parse (&palette->fills[i], fill_colours[i]);
      cs_colour_ensure_contrast (&palette->fills[i], &palette->background, design->min_fill_contrast);
    }
  cs_colour_ensure_contrast (&palette->focus, &palette->background, design->min_fill_contrast);
  cs_colour_ensure_contrast (&palette->baseline, &palette->background, design->min_fill_contrast);
  cs_colour_ensure_contrast (&palette->marker, &palette->background, design->min_text_contrast);
  cs_colour_ensure_contrast (&palette->text, &palette->background, design->min_text_contrast);
  cs_colour_ensure_contrast (&palette->dim_text, &palette->background, design->min_text_contrast);
  /* The label of a column under the pointer lies on the hover colour. */
  cs_colour_ensure_contrast (&palette->dim_text, &palette->hover, design->min_text_contrast);
}

static double
linearise (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
get_luminance (const GdkRGBA *colour)
{
  return 0.2126 * linearise (colour->red) + 0.7152 * linearise (colour->green) + 0.0722 * linearise (colour->blue);
}

/* Towards black or white by a share of 255; either keeps the hue. Whole 8-bit channels, for that is what reaches the screen. */
static float
shift_channel (double channel,
               int    share,
               double end)
{
  return round ((channel + (end - channel) * share / 255) * 255) / 255;
}

/* Never freed: made once, and the same for all charts. */
const CsPalette *
cs_palette_get (CsPaletteVariant variant)
{
  static CsPalette palettes[CS_N_PALETTE_VARIANTS];
  static gsize is_built = 0;

  g_return_val_if_fail ((guint) variant < CS_N_PALETTE_VARIANTS, NULL);

  if (g_once_init_enter (&is_built))
    {
      for (int i = 0; i < CS_N_PALETTE_VARIANTS; i++)
        build_palette (&palettes[i], &designs[i]);
      g_once_init_leave (&is_built, 1);
    }
  return &palettes[variant];
}

CsPaletteVariant
cs_palette_variant_from_style (gboolean is_dark,
                               gboolean is_high_contrast)
{
  if (is_high_contrast)
    return is_dark ? CS_PALETTE_HIGH_CONTRAST_DARK : CS_PALETTE_HIGH_CONTRAST_LIGHT;
  return is_dark ? CS_PALETTE_DARK : CS_PALETTE_LIGHT;
}

/* From 1 to 21, as WCAG 2.1 defines it; both colours are taken as opaque. */
double
cs_colour_get_contrast (const GdkRGBA *a,
                        const GdkRGBA *b)
{
  double luminance_a = get_luminance (a);
  double luminance_b = get_luminance (b);

  return (MAX (luminance_a, luminance_b) + 0.05) / (MIN (luminance_a, luminance_b) + 0.05);
}

/* Makes colour darker on a light background, lighter on a dark one, by no more than the contrast needs. */
void
cs_colour_ensure_contrast (GdkRGBA       *colour,
                           const GdkRGBA *background,
                           double         minimum)
{
  GdkRGBA original = *colour;
  /* Where black and white have the same contrast to the background. */
  double end = get_luminance (background) > 0.179 ? 0 : 1;

  for (int share = 1; share <= 255 && cs_colour_get_contrast (colour, background) < minimum; share++)
    {
      colour->red = shift_channel (original.red, share, end);
      colour->green = shift_channel (original.green, share, end);
      colour->blue = shift_channel (original.blue, share, end);
    }
}
