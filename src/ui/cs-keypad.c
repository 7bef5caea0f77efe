/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-keypad.h"

#include <glib/gi18n.h>

#define N_COLUMNS 3
#define SPACING 6

/*
 * CsKeypad: the twelve keys of a telephone.
 */
struct _CsKeypad {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (CsKeypad, cs_keypad, GTK_TYPE_WIDGET)

typedef enum {
  SIGNAL_PRESSED,
} CsKeypadSignal;

static guint signals[SIGNAL_PRESSED + 1];

static const struct {
  const char *key;
  const char *letters;
} keys[] = {
  { "1", "" },    { "2", "ABC" }, { "3", "DEF" },  { "4", "GHI" }, { "5", "JKL" }, { "6", "MNO" },
  { "7", "PQRS" }, { "8", "TUV" }, { "9", "WXYZ" }, { "*", "" },    { "0", "" },    { "#", "" },
};

static void
on_clicked (CsKeypad  *self,
            GtkWidget *button)
{
  g_signal_emit (self, signals[SIGNAL_PRESSED], 0, gtk_widget_get_name (button));
}

static const char *
get_spoken (const char *key)
{
  if (*key == '*')
    return C_("telephone key", "Star");
  return *key == '#' ? C_("telephone key", "Hash") : key;
}

static GtkWidget *
make_key (CsKeypad *self,
          guint     n)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *key = gtk_label_new (keys[n].key);

  gtk_widget_add_css_class (key, "keypad-key");
  gtk_widget_add_css_class (key, "numeric");
  gtk_widget_set_valign (content, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (content), key);
  if (*keys[n].letters != '\0') {
    GtkWidget *letters = gtk_label_new (keys[n].letters);

    gtk_widget_add_css_class (letters, "keypad-letters");
    gtk_widget_add_css_class (letters, "dim-label");
    gtk_box_append (GTK_BOX (content), letters);
  }
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_widget_set_name (button, keys[n].key);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, get_spoken (keys[n].key), -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_clicked), self);
  return button;
}

static void
cs_keypad_dispose (GObject *object)
{
  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL;)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (cs_keypad_parent_class)->dispose (object);
}

static void
cs_keypad_class_init (CsKeypadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_keypad_dispose;

  signals[SIGNAL_PRESSED] =
      g_signal_new ("pressed", CS_TYPE_KEYPAD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_GRID_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "keypad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cs_keypad_init (CsKeypad *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  g_object_set (layout, "row-homogeneous", TRUE, "column-homogeneous", TRUE, "row-spacing", SPACING, "column-spacing", SPACING, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Telephone keys"), -1);
  /* A telephone's keys stand the same way in every country. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    GtkWidget *key = make_key (self, i);
    GtkLayoutChild *place;

    gtk_widget_set_hexpand (key, TRUE);
    gtk_widget_set_parent (key, GTK_WIDGET (self));
    place = gtk_layout_manager_get_layout_child (layout, key);
    g_object_set (place, "column", (int) (i % N_COLUMNS), "row", (int) (i / N_COLUMNS), NULL);
  }
}

/**
 * cs_keypad_press:
 * @self: the keypad
 * @keyval: a key of the computer's keyboard
 *
 * Returns: whether it stands for one of the twelve, which is then pressed
 */
gboolean
cs_keypad_press (CsKeypad *self,
                 guint     keyval)
{
  guint32 character;

  g_return_val_if_fail (CS_IS_KEYPAD (self), FALSE);

  character = gdk_keyval_to_unicode (keyval);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (character == (guint32) keys[i].key[0]) {
      g_signal_emit (self, signals[SIGNAL_PRESSED], 0, keys[i].key);
      return TRUE;
    }
  }
  return FALSE;
}
