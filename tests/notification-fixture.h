/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

/* A notification service that writes down what it is told, on a bus of its own. Both protocols that GLib speaks: the one of the
 * freedesktop (Notify) and GNOME's (AddNotification). */

#define FREEDESKTOP_SERVICE "org.freedesktop.Notifications"
#define GTK_SERVICE "org.gtk.Notifications"

typedef struct {
  char *id;          /* (owned) the service's */
  char *title;       /* (owned) */
  char *body;        /* (owned) */
  GStrv actions;     /* (owned) pairs of a detailed action and its label */
  int urgency;       /* 0 … 2, or -1 where nothing was said */
  char *priority;    /* (owned) (nullable) GNOME's */
  char *category;    /* (owned) (nullable) */
  guint n_times;     /* shown or replaced */
  gboolean is_closed;
} Note;

typedef struct {
  GDBusConnection *connection; /* (owned) */
  GPtrArray *notes;            /* (owned) (element-type Note) in the order of their first showing */
  guint registration;
  guint owner;
  guint n_owned;
  guint last_id;
} NoteService;

static const char note_interfaces[] =
  "<node>"
  " <interface name='org.freedesktop.Notifications'>"
  "  <method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "   <arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>"
  "   <arg type='i' direction='in'/><arg type='u' direction='out'/></method>"
  "  <method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "  <method name='GetCapabilities'><arg type='as' direction='out'/></method>"
  "  <method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/>"
  "   <arg type='s' direction='out'/><arg type='s' direction='out'/></method>"
  "  <signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
  "  <signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal>"
  " </interface>"
  " <interface name='org.gtk.Notifications'>"
  "  <method name='AddNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
  "   <arg type='a{sv}' direction='in'/></method>"
  "  <method name='RemoveNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/></method>"
  " </interface>"
  "</node>";

static inline void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->id);
  g_free (note->title);
  g_free (note->body);
  g_strfreev (note->actions);
  g_free (note->priority);
  g_free (note->category);
  g_free (note);
}

static inline Note *
note_service_find_id (NoteService *self,
                      const char  *id)
{
  for (guint i = 0; i < self->notes->len; i++)
    {
      Note *note = g_ptr_array_index (self->notes, i);

      if (g_str_equal (note->id, id))
        return note;
    }
  return NULL;
}

/* The one with that title that is shown, or NULL. */
static inline Note *
note_service_find (NoteService *self,
                   const char  *title)
{
  for (guint i = 0; i < self->notes->len; i++)
    {
      Note *note = g_ptr_array_index (self->notes, i);

      if (!note->is_closed && g_strcmp0 (note->title, title) == 0)
        return note;
    }
  return NULL;
}

static inline Note *
note_service_put (NoteService *self,
                  const char  *id)
{
  Note *note = note_service_find_id (self, id);

  if (note == NULL)
    {
      note = g_new0 (Note, 1);
      note->id = g_strdup (id);
      g_ptr_array_add (self->notes, note);
    }
  note->n_times++;
  note->is_closed = FALSE;
  note->urgency = -1;
  g_clear_pointer (&note->title, g_free);
  g_clear_pointer (&note->body, g_free);
  g_clear_pointer (&note->actions, g_strfreev);
  g_clear_pointer (&note->priority, g_free);
  g_clear_pointer (&note->category, g_free);
  return note;
}

static inline guint
note_service_on_notify (NoteService *self,
                        GVariant    *arguments)
{
  g_autoptr (GVariant) hints = g_variant_get_child_value (arguments, 6);
  g_autofree char *id = NULL;
  guint32 replaced;
  guint8 urgency;
  Note *note;

  g_variant_get_child (arguments, 1, "u", &replaced);
  if (replaced == 0)
    replaced = ++self->last_id;
  id = g_strdup_printf ("%u", replaced);
  note = note_service_put (self, id);
  g_variant_get_child (arguments, 3, "s", &note->title);
  g_variant_get_child (arguments, 4, "s", &note->body);
  g_variant_get_child (arguments, 5, "^as", &note->actions);
  if (g_variant_lookup (hints, "urgency", "y", &urgency))
    note->urgency = urgency;
  g_variant_lookup (hints, "category", "s", &note->category);
  return replaced;
}

static inline char *
note_print_action (const char *name,
                   GVariant   *target)
{
  return g_action_print_detailed_name (name, target);
}

static inline void
note_service_on_add (NoteService *self,
                     GVariant    *arguments)
{
  g_autoptr (GVariant) values = g_variant_get_child_value (arguments, 2);
  g_autoptr (GVariant) buttons = g_variant_lookup_value (values, "buttons", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GPtrArray) actions = g_ptr_array_new_with_free_func (g_free);
  const char *id, *name;
  Note *note;

  g_variant_get_child (arguments, 1, "&s", &id);
  note = note_service_put (self, id);
  g_variant_lookup (values, "title", "s", &note->title);
  g_variant_lookup (values, "body", "s", &note->body);
  g_variant_lookup (values, "priority", "s", &note->priority);
  g_variant_lookup (values, "category", "s", &note->category);
  if (g_variant_lookup (values, "default-action", "&s", &name))
    {
      g_autoptr (GVariant) target = g_variant_lookup_value (values, "default-action-target", NULL);

      g_ptr_array_add (actions, note_print_action (name, target));
      g_ptr_array_add (actions, g_strdup (""));
    }
  for (gsize i = 0; buttons != NULL && i < g_variant_n_children (buttons); i++)
    {
      g_autoptr (GVariant) button = g_variant_get_child_value (buttons, i);
      g_autoptr (GVariant) target = g_variant_lookup_value (button, "target", NULL);
      const char *label;

      g_assert_true (g_variant_lookup (button, "action", "&s", &name));
      g_assert_true (g_variant_lookup (button, "label", "&s", &label));
      g_ptr_array_add (actions, note_print_action (name, target));
      g_ptr_array_add (actions, g_strdup (label));
    }
  g_ptr_array_add (actions, NULL);
  note->actions = g_strdupv ((char **) actions->pdata);
}

static inline void
note_service_close (NoteService *self,
                    const char  *id)
{
  Note *note = note_service_find_id (self, id);

  if (note != NULL)
    note->is_closed = TRUE;
}

static void
note_service_on_call (GDBusConnection       *connection,
                      const char            *sender,
                      const char            *path,
                      const char            *interface,
                      const char            *method,
                      GVariant              *arguments,
                      GDBusMethodInvocation *invocation,
                      gpointer               user_data)
{
  NoteService *self = user_data;
  GVariant *answer = NULL;

  if (g_str_equal (method, "Notify"))
    {
      answer = g_variant_new ("(u)", note_service_on_notify (self, arguments));
    }
  else if (g_str_equal (method, "AddNotification"))
    {
      note_service_on_add (self, arguments);
    }
  else if (g_str_equal (method, "CloseNotification"))
    {
      g_autofree char *id = NULL;
      guint32 number;

      g_variant_get (arguments, "(u)", &number);
      id = g_strdup_printf ("%u", number);
      note_service_close (self, id);
    }
  else if (g_str_equal (method, "RemoveNotification"))
    {
      const char *id;

      g_variant_get_child (arguments, 1, "&s", &id);
      note_service_close (self, id);
    }
  else if (g_str_equal (method, "GetCapabilities"))
    {
      answer = g_variant_new_parsed ("(['actions', 'body'],)");
    }
  else
    {
      answer = g_variant_new_parsed ("('test', 'test', '1', '1.2')");
    }
  g_dbus_method_invocation_return_value (invocation, answer);
}

static inline void
note_service_on_owned (GDBusConnection *connection,
                       const char      *name,
                       gpointer         user_data)
{
  NoteService *self = user_data;

  self->n_owned++;
}

/* Owns the name of one of the two. */
static inline NoteService *
note_service_new (const char *address,
                  const char *service)
{
  static const GDBusInterfaceVTable vtable = { .method_call = note_service_on_call };
  NoteService *self = g_new0 (NoteService, 1);
  gboolean is_gtk = g_str_equal (service, GTK_SERVICE);
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (note_interfaces, NULL);
  g_autoptr (GError) error = NULL;

  self->notes = g_ptr_array_new_with_free_func (note_free);
  self->connection = g_dbus_connection_new_for_address_sync (address,
                                                             G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                               | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                             NULL, NULL, &error);
  g_assert_no_error (error);
  self->registration = g_dbus_connection_register_object (self->connection,
                                                              is_gtk ? "/org/gtk/Notifications" : "/org/freedesktop/Notifications",
                                                              g_dbus_node_info_lookup_interface (info, service), &vtable, self, NULL,
                                                              &error);
  g_assert_no_error (error);
  self->owner = g_bus_own_name_on_connection (self->connection, service, G_BUS_NAME_OWNER_FLAGS_NONE, note_service_on_owned, NULL,
                                                  self, NULL);
  while (self->n_owned == 0)
    g_main_context_iteration (NULL, TRUE);
  return self;
}

/* What a click on the notification (0) or its buttons (from 1) says. */
static inline const char *
note_get_action (const Note *note,
                 guint       which)
{
  g_assert_cmpuint (g_strv_length (note->actions), >, 2 * which);
  return note->actions[2 * which];
}

static inline void
note_service_click (NoteService *self,
                    Note        *note,
                    guint        which)
{
  g_autoptr (GError) error = NULL;

  g_dbus_connection_emit_signal (self->connection, NULL, "/org/freedesktop/Notifications", FREEDESKTOP_SERVICE, "ActionInvoked",
                                 g_variant_new ("(us)", (guint32) g_ascii_strtoull (note->id, NULL, 10),
                                                note_get_action (note, which)), &error);
  g_assert_no_error (error);
  /* A service closes what was clicked. */
  note->is_closed = TRUE;
}

/* Ends as a service that crashed: its connection is gone. */
static inline void
note_service_free (NoteService *self)
{
  g_bus_unown_name (self->owner);
  g_dbus_connection_unregister_object (self->connection, self->registration);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_ptr_array_unref (self->notes);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NoteService, note_service_free)
