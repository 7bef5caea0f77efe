/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gdk/gdk.h>

G_BEGIN_DECLS

/* What a filled shape stands for. Each has a colour of its own, and a shape for those who can't tell colours apart. */
typedef enum {
  CS_FILL_ANSWERED,
  CS_FILL_VOICEMAIL,
  CS_FILL_REJECTED,
  CS_FILL_MISSED,
  CS_FILL_OTHER,
  CS_FILL_CALLS, /* calls of whatever outcome */
  CS_FILL_FAILED,
  CS_FILL_MENU_ONLY,
} CsFill;

#define CS_N_FILLS 8

typedef enum {
  CS_PALETTE_LIGHT,
  CS_PALETTE_DARK,
  CS_PALETTE_HIGH_CONTRAST_LIGHT,
  CS_PALETTE_HIGH_CONTRAST_DARK,
} CsPaletteVariant;

#define CS_N_PALETTE_VARIANTS 4

/* All colours are opaque. Against the background, fills, baseline and focus ring have a contrast of at least 3:1 (4.5:1 in
 * high contrast), texts and the marker one of 4.5:1 (7:1). Grid, usual and hover are decoration: what they say is said in
 * words, too. */
typedef struct {
  GdkRGBA background;        /* the card a chart lies on */
  GdkRGBA fills[CS_N_FILLS];
  GdkRGBA usual;             /* a usual such day, behind the bars */
  GdkRGBA text;
  GdkRGBA dim_text;          /* axis and category labels */
  GdkRGBA grid;
  GdkRGBA baseline;
  GdkRGBA hover;             /* behind the column under the pointer */
  GdkRGBA marker;            /* the present hour */
  GdkRGBA focus;             /* the ring around the column under the keyboard */
  GdkRGBA bubble;            /* behind the text about a column */
  GdkRGBA bubble_text;       /* at least 4.5:1 against bubble */
} CsPalette;

const CsPalette *cs_palette_get                (CsPaletteVariant  variant);
CsPaletteVariant cs_palette_variant_from_style (gboolean          is_dark,
                                                gboolean          is_high_contrast);
double           cs_colour_get_contrast        (const GdkRGBA    *a,
                                                const GdkRGBA    *b);
void             cs_colour_ensure_contrast     (GdkRGBA          *colour,
                                                const GdkRGBA    *background,
                                                double            minimum);

G_END_DECLS
