/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-tile.h"

#include <glib/gi18n.h>

/*
 * CsTile: a card with one figure: a big numeral, a word below it, and what has changed.
 *
 * For a screen reader it is a group named "Missed: 6", described by its change; its tooltip defines the figure.
 */
struct _CsTile {
  GtkWidget parent_instance;

  GtkLabel *value_label;
  GtkImage *rating_image;
  GtkLabel *title_label;
  GtkWidget *change_box;
  GtkImage *change_image;
  GtkLabel *change_label;

  CsRating rating;
  char *definition;     /* (owned) (nullable) what the figure counts */
  char *spoken_value;   /* (owned) (nullable) */
  char *spoken_change;  /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (CsTile, cs_tile, GTK_TYPE_WIDGET)

typedef enum {
  PROP_TITLE = 1,
  PROP_DEFINITION,
} CsTileProperty;

static GParamSpec *properties[PROP_DEFINITION + 1];

static void
update_name (CsTile *self)
{
  const char *title = gtk_label_get_label (self->title_label);
  const char *value = self->spoken_value != NULL ? self->spoken_value : "–";
  g_autofree char *name = NULL;

  if (self->rating == CS_RATING_NONE)
    /* Translators: a figure as a screen reader reads it: what it is, and its value. */
    name = g_strdup_printf (C_("figure", "%s: %s"), title, value);
  else
    /* Translators: the same with a rating: "Answer rate: 86.2 %, good". */
    name = g_strdup_printf (C_("figure", "%s: %s, %s"), title, value, cs_rating_get_word (self->rating));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
update_description (CsTile *self)
{
  g_autofree char *tooltip = NULL;
  const char *definition = self->definition != NULL ? self->definition : "";

  tooltip = self->spoken_change != NULL ? g_strconcat (definition, "\n", self->spoken_change, NULL) : g_strdup (definition);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  /* A tooltip becomes the description, too, but there what is new comes before what is known. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  self->spoken_change != NULL ? self->spoken_change : definition, -1);
}

static void
cs_tile_get_property (GObject    *object,
                      guint       prop_id,
                      GValue     *value,
                      GParamSpec *pspec)
{
  CsTile *self = CS_TILE (object);

  switch ((CsTileProperty) prop_id) {
  case PROP_TITLE:
    g_value_set_string (value, gtk_label_get_label (self->title_label));
    break;
  case PROP_DEFINITION:
    g_value_set_string (value, self->definition);
    break;
  }
}

static void
cs_tile_set_property (GObject      *object,
                      guint         prop_id,
                      const GValue *value,
                      GParamSpec   *pspec)
{
  CsTile *self = CS_TILE (object);

  switch ((CsTileProperty) prop_id) {
  case PROP_TITLE:
    gtk_label_set_label (self->title_label, g_value_get_string (value));
    update_name (self);
    break;
  case PROP_DEFINITION:
    g_free (self->definition);
    self->definition = g_value_dup_string (value);
    update_description (self);
    break;
  }
}

static void
cs_tile_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cs_tile_parent_class)->dispose (object);
}

static void
cs_tile_finalize (GObject *object)
{
  CsTile *self = CS_TILE (object);

  g_free (self->definition);
  g_free (self->spoken_value);
  g_free (self->spoken_change);

  G_OBJECT_CLASS (cs_tile_parent_class)->finalize (object);
}

static void
cs_tile_class_init (CsTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = cs_tile_get_property;
  object_class->set_property = cs_tile_set_property;
  object_class->dispose = cs_tile_dispose;
  object_class->finalize = cs_tile_finalize;

  properties[PROP_TITLE] =
      g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_DEFINITION] =
      g_param_spec_string ("definition", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, CsTile, value_label);
  gtk_widget_class_bind_template_child (widget_class, CsTile, rating_image);
  gtk_widget_class_bind_template_child (widget_class, CsTile, title_label);
  gtk_widget_class_bind_template_child (widget_class, CsTile, change_box);
  gtk_widget_class_bind_template_child (widget_class, CsTile, change_image);
  gtk_widget_class_bind_template_child (widget_class, CsTile, change_label);
}

static void
cs_tile_init (CsTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_tile_set_value:
 * @self: a tile
 * @value: the figure as it is shown: "2:14", "–" where it is not known
 * @spoken: (nullable): the figure as it is read out: "2 minutes 14 seconds"; %NULL where that is the same
 */
void
cs_tile_set_value (CsTile     *self,
                   const char *value,
                   const char *spoken)
{
  const char *name = spoken != NULL ? spoken : value;

  g_return_if_fail (CS_IS_TILE (self));
  g_return_if_fail (value != NULL);

  gtk_label_set_label (self->value_label, value);
  if (g_strcmp0 (name, self->spoken_value) == 0)
    return;
  g_free (self->spoken_value);
  self->spoken_value = g_strdup (name);
  update_name (self);
}

/**
 * cs_tile_set_rating:
 * @self: a tile
 * @rating: what to think of the figure
 */
void
cs_tile_set_rating (CsTile   *self,
                    CsRating  rating)
{
  g_return_if_fail (CS_IS_TILE (self));

  if (rating == self->rating)
    return;
  if (self->rating != CS_RATING_NONE)
    gtk_widget_remove_css_class (GTK_WIDGET (self->rating_image), cs_rating_get_css_class (self->rating));
  if (rating != CS_RATING_NONE) {
    gtk_widget_add_css_class (GTK_WIDGET (self->rating_image), cs_rating_get_css_class (rating));
    gtk_image_set_from_icon_name (self->rating_image, cs_rating_get_icon_name (rating));
    gtk_widget_set_tooltip_text (GTK_WIDGET (self->rating_image), cs_rating_get_word (rating));
  }
  gtk_widget_set_visible (GTK_WIDGET (self->rating_image), rating != CS_RATING_NONE);
  self->rating = rating;
  update_name (self);
}

/**
 * cs_tile_set_change:
 * @self: a tile
 * @direction: above zero where the figure has grown, below where it has shrunk, 0 where it is the same
 * @change: (nullable): by how much: "5"; %NULL where there is nothing to compare with
 * @spoken: (nullable): the same as a sentence: "5 more than last Monday until this time"
 */
void
cs_tile_set_change (CsTile     *self,
                    int         direction,
                    const char *change,
                    const char *spoken)
{
  g_return_if_fail (CS_IS_TILE (self));
  g_return_if_fail ((change == NULL) == (spoken == NULL));

  gtk_widget_set_visible (self->change_box, change != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->change_image), direction != 0);
  if (direction != 0)
    gtk_image_set_from_icon_name (self->change_image, direction > 0 ? "pan-up-symbolic" : "pan-down-symbolic");
  gtk_label_set_label (self->change_label, change != NULL ? change : "");
  if (g_strcmp0 (spoken, self->spoken_change) == 0)
    return;
  g_free (self->spoken_change);
  self->spoken_change = g_strdup (spoken);
  update_description (self);
}
