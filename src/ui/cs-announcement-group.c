/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "ui/cs-announcement-group.h"

#include <glib/gi18n.h>

#include "desktop/cs-audio-import.h"
#include "desktop/cs-audio-player.h"
#include "orders/cs-announcement-shelf.h"
#include "ui/cs-order-look.h"
#include "ui/cs-toast.h"

/* One announcement. */
typedef struct {
  GtkWidget *row;
  GtkWidget *play_button;
  GtkWidget *replace_button;
  GtkWidget *restore_button;
} Row;

/*
 * CsAnnouncementGroup: what callers hear, in the language that is set: to be listened to, replaced by recordings of one's own, and
 * restored.
 */
struct _CsAnnouncementGroup {
  AdwPreferencesGroup parent_instance;

  Row rows[CS_N_ANNOUNCEMENTS];

  CsSettings *settings;           /* (owned) (nullable) */
  CsAnnouncementShelf *shelf;     /* (owned) (nullable) */
  CsAudioPlayer *player;          /* (owned) (nullable) once something was listened to */
  GtkFileChooserNative *chooser;  /* (owned) (nullable) */
  GCancellable *cancellable;      /* (owned) */
  int playing;                    /* a CsAnnouncement, or -1 */
};

G_DEFINE_FINAL_TYPE (CsAnnouncementGroup, cs_announcement_group, ADW_TYPE_PREFERENCES_GROUP)

/* A recording on its way. */
typedef struct {
  CsAnnouncementGroup *group;  /* (owned) */
  CsAnnouncement announcement;
  char *name;                  /* (owned) of its file */
} Replacement;

static char *
get_language (CsAnnouncementGroup *self)
{
  g_autoptr (CsEngineConfig) config = cs_settings_get_engine_config (self->settings);

  return g_steal_pointer (&config->orders_language);
}

static char *
get_file_name (CsAnnouncementGroup *self,
               CsAnnouncement       announcement)
{
  g_autofree char *language = get_language (self);

  return cs_announcement_get_file (announcement, language);
}

static CsAnnouncement
get_announcement (GtkWidget *button)
{
  return (CsAnnouncement) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "announcement"));
}

/* @problem: (nullable): why the row's recording couldn't be replaced */
static void
show_row (CsAnnouncementGroup *self,
          CsAnnouncement       announcement,
          const char          *problem)
{
  Row *row = &self->rows[announcement];
  g_autofree char *language = get_language (self);
  g_autofree char *name = cs_announcement_get_file (announcement, language);
  g_autofree char *text = cs_announcement_get_text (announcement, language);
  gboolean is_own = cs_announcement_shelf_is_own (self->shelf, name);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row->row), problem != NULL ? problem : is_own ? _("Your own recording") : text);
  if (problem != NULL)
    gtk_widget_add_css_class (row->row, "error");
  else
    gtk_widget_remove_css_class (row->row, "error");
  gtk_widget_set_visible (row->restore_button, is_own);
}

static void
show_playing (CsAnnouncementGroup *self,
              int                  playing)
{
  self->playing = playing;
  for (int i = 0; i < CS_N_ANNOUNCEMENTS; i++) {
    gboolean is_playing = i == playing;

    gtk_button_set_icon_name (GTK_BUTTON (self->rows[i].play_button),
                              is_playing ? "media-playback-stop-symbolic" : "media-playback-start-symbolic");
    gtk_widget_set_tooltip_text (self->rows[i].play_button, is_playing ? _("Stop") : _("Listen"));
  }
}

static void
on_finished (CsAnnouncementGroup *self)
{
  show_playing (self, -1);
}

static void
on_play_clicked (CsAnnouncementGroup *self,
                 GtkWidget           *button)
{
  CsAnnouncement announcement = get_announcement (button);
  g_autofree char *name = get_file_name (self, announcement);
  g_autoptr (GBytes) file = cs_announcement_shelf_get (self->shelf, name);
  gboolean is_playing = self->playing == (int) announcement;

  if (self->player == NULL) {
    self->player = cs_audio_player_new ();
    g_signal_connect_object (self->player, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (self->player, "failed", G_CALLBACK (cs_toast_show), self, G_CONNECT_SWAPPED);
  }
  cs_audio_player_stop (self->player);
  show_playing (self, is_playing ? -1 : (int) announcement);
  if (!is_playing)
    cs_audio_player_play (self->player, file);
}

static void
on_imported (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Replacement *replacement = user_data;
  g_autoptr (CsAnnouncementGroup) self = replacement->group;
  g_autofree char *name = replacement->name;
  CsAnnouncement announcement = replacement->announcement;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = cs_audio_import_finish (result, &error);

  g_free (replacement);
  if (self->settings == NULL)
    return;
  gtk_widget_set_sensitive (self->rows[announcement].replace_button, TRUE);
  if (file != NULL)
    cs_announcement_shelf_replace (self->shelf, name, file, &error);
  show_row (self, announcement, error != NULL ? error->message : NULL);
}

static void
on_file_chosen (CsAnnouncementGroup *self,
                int                  response)
{
  g_autoptr (GtkFileChooserNative) chooser = g_steal_pointer (&self->chooser);
  CsAnnouncement announcement = (CsAnnouncement) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (chooser), "announcement"));
  g_autoptr (GFile) file = NULL;

  if (response != GTK_RESPONSE_ACCEPT)
    return;
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  if (file != NULL)
    cs_announcement_group_take_file (self, announcement, file);
}

static void
on_replace_clicked (CsAnnouncementGroup *self,
                    GtkWidget           *button)
{
  g_autoptr (GtkFileFilter) audio = gtk_file_filter_new (), all = gtk_file_filter_new ();

  if (self->chooser != NULL)
    return;
  gtk_file_filter_set_name (audio, _("Audio"));
  gtk_file_filter_add_mime_type (audio, "audio/*");
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  self->chooser = gtk_file_chooser_native_new (_("Choose a recording"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), audio);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), all);
  g_object_set_data (G_OBJECT (self->chooser), "announcement", GINT_TO_POINTER ((int) get_announcement (button)));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_file_chosen), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_restore_clicked (CsAnnouncementGroup *self,
                    GtkWidget           *button)
{
  CsAnnouncement announcement = get_announcement (button);
  g_autofree char *name = get_file_name (self, announcement);
  g_autoptr (GError) error = NULL;

  cs_announcement_shelf_restore (self->shelf, name, &error);
  show_row (self, announcement, error != NULL ? error->message : NULL);
}

static void
show_rows (CsAnnouncementGroup *self)
{
  for (int i = 0; i < CS_N_ANNOUNCEMENTS; i++)
    show_row (self, (CsAnnouncement) i, NULL);
}

/* @spoken: says it with the announcement's name, which stands for %s */
static GtkWidget *
add_button (CsAnnouncementGroup *self,
            CsAnnouncement       announcement,
            const char          *icon_name,
            const char          *tooltip,
            const char          *spoken,
            GCallback            callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data (G_OBJECT (button), "announcement", GINT_TO_POINTER ((int) announcement));
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->rows[announcement].row), button);
  return button;
}

static void
add_row (CsAnnouncementGroup *self,
         CsAnnouncement       announcement)
{
  Row *row = &self->rows[announcement];
  const char *title = cs_announcement_get_title (announcement);
  g_autofree char *listen = g_strdup_printf (_("Listen to “%s”"), title);
  g_autofree char *replace = g_strdup_printf (_("Replace “%s”"), title);
  g_autofree char *restore = g_strdup_printf (_("Restore “%s”"), title);

  row->row = adw_action_row_new ();
  gtk_widget_set_name (row->row, cs_announcement_get_name (announcement));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row->row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->row), title);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row->row), 3);
  row->restore_button = add_button (self, announcement, "edit-undo-symbolic", _("Restore the shipped recording"), restore,
                                    G_CALLBACK (on_restore_clicked));
  gtk_widget_set_name (row->restore_button, "restore");
  row->replace_button = add_button (self, announcement, "document-open-symbolic", _("Replace…"), replace,
                                    G_CALLBACK (on_replace_clicked));
  row->play_button = add_button (self, announcement, "media-playback-start-symbolic", _("Listen"), listen,
                                 G_CALLBACK (on_play_clicked));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row->row);
}

static void
cs_announcement_group_unmap (GtkWidget *widget)
{
  CsAnnouncementGroup *self = CS_ANNOUNCEMENT_GROUP (widget);

  if (self->player != NULL)
    cs_audio_player_stop (self->player);
  show_playing (self, -1);
  GTK_WIDGET_CLASS (cs_announcement_group_parent_class)->unmap (widget);
}

/* libadwaita 1.2 keeps the groups of a closed window: this one lets go of the rest. */
static void
cs_announcement_group_unroot (GtkWidget *widget)
{
  CsAnnouncementGroup *self = CS_ANNOUNCEMENT_GROUP (widget);

  g_cancellable_cancel (self->cancellable);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (cs_settings_get_gsettings (self->settings), self);
  g_clear_object (&self->settings);
  GTK_WIDGET_CLASS (cs_announcement_group_parent_class)->unroot (widget);
}

static void
cs_announcement_group_dispose (GObject *object)
{
  CsAnnouncementGroup *self = CS_ANNOUNCEMENT_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->player);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (cs_announcement_group_parent_class)->dispose (object);
}

static void
cs_announcement_group_finalize (GObject *object)
{
  CsAnnouncementGroup *self = CS_ANNOUNCEMENT_GROUP (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->shelf, cs_announcement_shelf_free);

  G_OBJECT_CLASS (cs_announcement_group_parent_class)->finalize (object);
}

static void
cs_announcement_group_class_init (CsAnnouncementGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = cs_announcement_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = cs_announcement_group_finalize;
  GTK_WIDGET_CLASS (klass)->unroot = cs_announcement_group_unroot;
  GTK_WIDGET_CLASS (klass)->unmap = cs_announcement_group_unmap;
}

static void
cs_announcement_group_init (CsAnnouncementGroup *self)
{
  self->cancellable = g_cancellable_new ();
  self->playing = -1;
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Announcements"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self),
                                         _("What callers hear. A recording of your own may be of any audio format, and at most a minute long."));
  for (int i = 0; i < CS_N_ANNOUNCEMENTS; i++)
    add_row (self, (CsAnnouncement) i);
}

/**
 * cs_announcement_group_set_settings:
 * @self: the group, which has none yet
 * @settings: say where recordings are, and in which language
 */
void
cs_announcement_group_set_settings (CsAnnouncementGroup *self,
                                    CsSettings          *settings)
{
  g_return_if_fail (CS_IS_ANNOUNCEMENT_GROUP (self));
  g_return_if_fail (CS_IS_SETTINGS (settings));
  g_return_if_fail (self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->shelf = cs_announcement_shelf_new (cs_settings_get_data_dir (settings));
  g_signal_connect_object (cs_settings_get_gsettings (settings), "changed::orders-language", G_CALLBACK (show_rows), self,
                           G_CONNECT_SWAPPED);
  show_rows (self);
}

/**
 * cs_announcement_group_take_file:
 * @self: the group, which has its settings
 * @announcement: whose recording is to be replaced
 * @file: audio of any kind; where it can't be used the row says why
 */
void
cs_announcement_group_take_file (CsAnnouncementGroup *self,
                                 CsAnnouncement       announcement,
                                 GFile               *file)
{
  Replacement *replacement;

  g_return_if_fail (CS_IS_ANNOUNCEMENT_GROUP (self));
  g_return_if_fail (G_IS_FILE (file));

  replacement = g_new (Replacement, 1);
  *replacement = (Replacement) { g_object_ref (self), announcement, get_file_name (self, announcement) };
  gtk_widget_set_sensitive (self->rows[announcement].replace_button, FALSE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->rows[announcement].row), _("Reading the recording…"));
  cs_audio_import_async (file, self->cancellable, on_imported, replacement);
}
