/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-order-telephone.h"

#include <glib/gi18n.h>

#include "desktop/cs-audio-player.h"
#include "engine/cs-engine-orders.h"
#include "orders/cs-announcement-shelf.h"
#include "ui/cs-keypad.h"
#include "ui/cs-number-format.h"
#include "ui/cs-order-look.h"

/*
 * CsOrderTelephone: a telephone to try the order line with, no call needed.
 *
 * It leads through the dialogue that callers are led through, with the same recordings, look-ups and times: what was pressed is
 * handed over when there is room for no more keys, or after a silence. Nothing of it is logged or counted.
 */
struct _CsOrderTelephone {
  AdwBin parent_instance;

  GtkLabel *status_label;
  GtkLabel *digits_label;
  GtkWidget *sound_image;
  GtkLabel *spoken_label;
  GtkLabel *trouble_label;
  CsKeypad *keypad;
  GtkButton *call_button;

  CsEngine *engine;            /* (owned) (nullable) */
  CsSettings *settings;        /* (owned) (nullable) */
  CsEngineConfig *config;      /* (owned) (nullable) of the running call */
  CsAudioPlayer *player;       /* (owned) (nullable) from the first call on */
  CsAnnouncementShelf *shelf;  /* (owned) (nullable) */
  CsOrderDialogue dialogue;
  CsOrderRules rules;
  CsOrderStep step;
  GString *keys;               /* (owned) those that haven't been handed over yet */
  GCancellable *asking;        /* (owned) (nullable) while an order is looked up */
  guint silence_source;
  gboolean is_running;
};

G_DEFINE_FINAL_TYPE (CsOrderTelephone, cs_order_telephone, ADW_TYPE_BIN)

static void hand_keys_over (CsOrderTelephone *self);

static void
show_digits (CsOrderTelephone *self)
{
  g_autofree char *digits = g_strconcat (self->dialogue.entered, self->keys->str, NULL);

  gtk_label_set_text (self->digits_label, digits);
}

static gboolean
on_silence (gpointer user_data)
{
  CsOrderTelephone *self = user_data;

  self->silence_source = 0;
  hand_keys_over (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_silence (CsOrderTelephone *self)
{
  g_clear_handle_id (&self->silence_source, g_source_remove);
  self->silence_source = g_timeout_add (self->step.timeout_ms, on_silence, self);
}

static void
stop_sound (CsOrderTelephone *self)
{
  if (self->player != NULL)
    cs_audio_player_stop (self->player);
  gtk_widget_set_visible (self->sound_image, FALSE);
}

static void
on_finished (CsOrderTelephone *self)
{
  gtk_widget_set_visible (self->sound_image, FALSE);
  if (self->is_running && self->asking == NULL && self->keys->len == 0)
    wait_for_silence (self);
}

static void
on_failed (CsOrderTelephone *self,
           const char       *message)
{
  gtk_label_set_text (self->trouble_label, message);
  gtk_widget_set_visible (GTK_WIDGET (self->trouble_label), TRUE);
}

/* Says it as text, too: of a recording of the user's own only its name is known. */
static void
say (CsOrderTelephone *self,
     CsAnnouncement    announcement)
{
  g_autofree char *name = cs_announcement_get_file (announcement, self->config->orders_language);
  g_autoptr (GBytes) file = cs_announcement_shelf_get (self->shelf, name);
  g_autofree char *text = NULL;

  if (cs_announcement_shelf_is_own (self->shelf, name))
    /* Translators: %s is the name of an announcement, such as “Order done”. */
    text = g_strdup_printf (_("Your own recording: %s"), cs_announcement_get_title (announcement));
  else
    text = cs_announcement_get_text (announcement, self->config->orders_language);
  gtk_label_set_text (self->spoken_label, text);
  gtk_widget_set_visible (self->sound_image, TRUE);
  cs_audio_player_play (self->player, file);
}

static void
end_call (CsOrderTelephone *self,
          const char       *status)
{
  self->is_running = FALSE;
  g_clear_handle_id (&self->silence_source, g_source_remove);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  stop_sound (self);
  gtk_label_set_text (self->status_label, status);
  gtk_button_set_label (self->call_button, C_("telephone", "Call"));
  gtk_widget_remove_css_class (GTK_WIDGET (self->call_button), "destructive-action");
  gtk_widget_add_css_class (GTK_WIDGET (self->call_button), "suggested-action");
  gtk_widget_set_sensitive (GTK_WIDGET (self->keypad), FALSE);
}

static void
take_step (CsOrderTelephone *self)
{
  g_autofree char *number = NULL;
  g_autofree char *status = NULL;

  g_string_truncate (self->keys, 0);
  show_digits (self);
  switch (self->step.kind) {
  case CS_ORDER_STEP_ASK:
  case CS_ORDER_STEP_ANNOUNCE:
    gtk_label_set_text (self->status_label, _("Connected"));
    if (self->step.announcement >= 0)
      say (self, (CsAnnouncement) self->step.announcement);
    else
      wait_for_silence (self);
    break;
  case CS_ORDER_STEP_TRANSFER:
    number = cs_number_format_isolate (self->step.text);
    /* Translators: %s is a telephone number. */
    status = g_strdup_printf (_("Handed over to %s"), number);
    end_call (self, status);
    break;
  case CS_ORDER_STEP_LOOK_UP:
  case CS_ORDER_STEP_HANG_UP:
    end_call (self, _("The line has hung up"));
    break;
  }
}

static void
on_tried (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsOrderTelephone) self = user_data;
  g_autoptr (GError) error = NULL;
  CsOrderStep step;
  gboolean is_tried = cs_engine_try_orders_finish (CS_ENGINE (source), result, &step, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  if (!is_tried) {
    end_call (self, error->message);
    return;
  }
  self->step = step;
  take_step (self);
}

static void
hand_keys_over (CsOrderTelephone *self)
{
  g_clear_handle_id (&self->silence_source, g_source_remove);
  stop_sound (self);
  gtk_label_set_text (self->status_label, _("Looking up…"));
  self->asking = g_cancellable_new ();
  cs_engine_try_orders_async (self->engine, &self->dialogue, &self->rules, self->keys->str, self->asking, on_tried,
                              g_object_ref (self));
}

static void
on_pressed (CsOrderTelephone *self,
            const char       *key)
{
  if (!self->is_running || self->asking != NULL)
    return;
  stop_sound (self);
  g_string_append (self->keys, key);
  show_digits (self);
  if (self->keys->len >= self->step.max_digits)
    hand_keys_over (self);
  else
    wait_for_silence (self);
}

/* Handed over to the line itself, a caller would never get out: nor does it happen to a real one. */
static const char *
get_transfer (const CsEngineConfig *config)
{
  g_autofree char *key = cs_number_get_key (config->orders_transfer_number);

  for (char **number = config->orders_numbers; key != NULL && number != NULL && *number != NULL; number++) {
    g_autofree char *own = cs_number_get_key (*number);

    if (g_strcmp0 (own, key) == 0)
      return "";
  }
  return key != NULL ? config->orders_transfer_number : "";
}

static void
make_player (CsOrderTelephone *self)
{
  if (self->player != NULL)
    return;
  self->player = cs_audio_player_new ();
  g_signal_connect_object (self->player, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->player, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  self->shelf = cs_announcement_shelf_new (cs_settings_get_data_dir (self->settings));
}

static void
call (CsOrderTelephone *self)
{
  make_player (self);
  g_clear_pointer (&self->config, cs_engine_config_free);
  self->config = cs_settings_get_engine_config (self->settings);
  self->rules = (CsOrderRules) { self->config->orders_digits, self->config->orders_timeout_ms, get_transfer (self->config) };
  self->is_running = TRUE;
  gtk_button_set_label (self->call_button, C_("telephone", "Hang up"));
  gtk_widget_remove_css_class (GTK_WIDGET (self->call_button), "suggested-action");
  gtk_widget_add_css_class (GTK_WIDGET (self->call_button), "destructive-action");
  gtk_widget_set_sensitive (GTK_WIDGET (self->keypad), TRUE);
  self->step = cs_order_dialogue_begin (&self->dialogue, &self->rules);
  take_step (self);
}

static void
on_call_clicked (CsOrderTelephone *self)
{
  if (self->is_running)
    end_call (self, _("You have hung up"));
  else if (self->engine != NULL)
    call (self);
}

/* Nobody listens to a telephone that can't be seen. */
static void
cs_order_telephone_unmap (GtkWidget *widget)
{
  CsOrderTelephone *self = CS_ORDER_TELEPHONE (widget);

  if (self->is_running)
    end_call (self, _("You have hung up"));
  GTK_WIDGET_CLASS (cs_order_telephone_parent_class)->unmap (widget);
}

static void
cs_order_telephone_dispose (GObject *object)
{
  CsOrderTelephone *self = CS_ORDER_TELEPHONE (object);

  g_clear_handle_id (&self->silence_source, g_source_remove);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  if (self->player != NULL)
    cs_audio_player_stop (self->player);
  g_clear_object (&self->player);
  g_clear_object (&self->engine);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_order_telephone_parent_class)->dispose (object);
}

static void
cs_order_telephone_finalize (GObject *object)
{
  CsOrderTelephone *self = CS_ORDER_TELEPHONE (object);

  g_clear_pointer (&self->shelf, cs_announcement_shelf_free);
  g_clear_pointer (&self->config, cs_engine_config_free);
  g_string_free (self->keys, TRUE);

  G_OBJECT_CLASS (cs_order_telephone_parent_class)->finalize (object);
}

static void
cs_order_telephone_class_init (CsOrderTelephoneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = cs_order_telephone_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_order_telephone_finalize;
  widget_class->unmap = cs_order_telephone_unmap;

  g_type_ensure (CS_TYPE_KEYPAD);

  gtk_widget_class_set_template_from_resource (widget_class, "/com/example/CallStats/cs-order-telephone.ui");
  gtk_widget_class_bind_template_child (widget_class, CsOrderTelephone, status_label);
  gtk_widget_class_bind_template_child (widget_class, CsOrderTelephone, digits_label);
  gtk_widget_class_bind_template_child (widget_class, CsOrderTelephone, sound_image);
  gtk_widget_class_bind_template_child (widget_class, CsOrderTelephone, spoken_label);
  gtk_widget_class_bind_template_child (widget_class, CsOrderTelephone, trouble_label);
  gtk_widget_class_bind_template_child (widget_class, CsOrderTelephone, keypad);
  gtk_widget_class_bind_template_child (widget_class, CsOrderTelephone, call_button);
  gtk_widget_class_bind_template_callback (widget_class, on_pressed);
  gtk_widget_class_bind_template_callback (widget_class, on_call_clicked);
}

static void
cs_order_telephone_init (CsOrderTelephone *self)
{
  self->keys = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * cs_order_telephone_set_engine:
 * @self: the telephone, which has none yet
 * @engine: what leads through the dialogue
 * @settings: how callers are to be served
 */
void
cs_order_telephone_set_engine (CsOrderTelephone *self,
                               CsEngine         *engine,
                               CsSettings       *settings)
{
  g_return_if_fail (CS_IS_ORDER_TELEPHONE (self));
  g_return_if_fail (CS_IS_ENGINE (engine));
  g_return_if_fail (CS_IS_SETTINGS (settings));

  g_set_object (&self->engine, engine);
  g_set_object (&self->settings, settings);
}

/**
 * cs_order_telephone_press:
 * @self: the telephone
 * @keyval: a key of the computer's keyboard
 *
 * Returns: whether a call runs, and the key is one of the telephone's: it is pressed then
 */
gboolean
cs_order_telephone_press (CsOrderTelephone *self,
                          guint             keyval)
{
  g_return_val_if_fail (CS_IS_ORDER_TELEPHONE (self), FALSE);

  return self->is_running && cs_keypad_press (self->keypad, keyval);
}
