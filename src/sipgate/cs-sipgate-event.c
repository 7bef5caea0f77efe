/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "sipgate/cs-sipgate-error.h"
#include "sipgate/cs-sipgate-event.h"
#include "sipgate/cs-sipgate-form.h"

#include <string.h>

static CsCallEventKind
get_kind (const char *name)
{
  if (g_str_equal (name, "newCall"))
    return CS_CALL_EVENT_NEW_CALL;
  if (g_str_equal (name, "answer"))
    return CS_CALL_EVENT_ANSWER;
  if (g_str_equal (name, "hangup"))
    return CS_CALL_EVENT_HANGUP;
  if (g_str_equal (name, "dtmf"))
    return CS_CALL_EVENT_DTMF;

  return CS_CALL_EVENT_OTHER;
}

static gboolean
parse_direction (const char   *name,
                 CsDirection  *direction,
                 GError      **error)
{
  *direction = CS_DIRECTION_UNKNOWN;
  if (name == NULL || *name == '\0')
    return TRUE;

  if (g_str_equal (name, "in"))
    *direction = CS_DIRECTION_INBOUND;
  else if (g_str_equal (name, "out"))
    *direction = CS_DIRECTION_OUTBOUND;
  else
    g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_EVENT, "The direction is neither in nor out");

  return *direction != CS_DIRECTION_UNKNOWN;
}

static gboolean
has_control_character (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (p)))
        return TRUE;
    }

  return FALSE;
}

/* An id that was cut or cleaned could be another call's, so it is taken whole or not at all. */
static gboolean
check_call_id (const char  *call_id,
               GError     **error)
{
  const char *fault = NULL;

  if (call_id == NULL || *call_id == '\0')
    fault = "The callId is missing";
  else if (strlen (call_id) > CS_SIPGATE_EVENT_MAX_TEXT)
    fault = "The callId is too long";
  else if (has_control_character (call_id))
    fault = "The callId contains a control character";

  if (fault != NULL)
    g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_EVENT, fault);

  return fault == NULL;
}

/* Copies a text, cut to the greatest length. A leg's facts are kept one a line, so no text may hold a line break. */
static char *
copy_text (const char *text)
{
  const char *end;
  GString *copy;

  if (text == NULL || *text == '\0')
    return NULL;

  end = text + strlen (text);
  if (end - text > CS_SIPGATE_EVENT_MAX_TEXT)
    end = g_utf8_find_prev_char (text, text + CS_SIPGATE_EVENT_MAX_TEXT + 1);

  copy = g_string_sized_new ((gsize) (end - text));
  for (const char *p = text; p < end; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (copy, g_unichar_iscntrl (c) ? ' ' : c);
    }

  return g_string_free (copy, FALSE);
}

/* A newCall lists every user offered; the other events name one in a scalar. */
static char **
copy_names (CsSipgateForm   *form,
            CsCallEventKind  kind,
            const char      *name)
{
  const char *scalar = kind == CS_CALL_EVENT_NEW_CALL ? NULL : cs_sipgate_form_get (form, name);
  const char *single[] = { scalar, NULL };
  const char * const *list = single;
  g_autoptr (GStrvBuilder) builder = NULL;
  g_auto (GStrv) names = NULL;

  if (scalar == NULL || *scalar == '\0')
    list = cs_sipgate_form_get_list (form, name);

  builder = g_strv_builder_new ();
  for (gsize i = 0; list != NULL && list[i] != NULL; i++)
    {
      g_autofree char *text = copy_text (list[i]);

      if (text != NULL)
        g_strv_builder_add (builder, text);
    }

  names = g_strv_builder_end (builder);

  return names[0] != NULL ? g_steal_pointer (&names) : NULL;
}

static char *
copy_parent_id (CsSipgateForm *form)
{
  const char *parent_id = cs_sipgate_form_get (form, "origCallId");

  if (parent_id == NULL || *parent_id == '\0')
    parent_id = cs_sipgate_form_get (form, "originalCallId");

  return copy_text (parent_id);
}

/**
 * cs_sipgate_event_parse:
 * @body: the raw body of a push
 *
 * Decodes what sipgate tells of one leg (protocol/sipgate.md §2). An event that isn't known by name becomes
 * %CS_CALL_EVENT_OTHER; a missing direction is tolerated. Texts but the leg's id are cut to %CS_SIPGATE_EVENT_MAX_TEXT
 * bytes, with a space for every control character. The digits of a dtmf event are never %NULL: "" is a caller who was
 * asked and pressed nothing.
 *
 * Returns: (transfer full): the event, or %NULL with %CS_SIPGATE_ERROR_FORM or, where the event or the callId is missing,
 *   the callId can't be an id or the direction is neither in nor out, %CS_SIPGATE_ERROR_EVENT
 */
CsCallEvent *
cs_sipgate_event_parse (GBytes  *body,
                        GError **error)
{
  g_autoptr (CsSipgateForm) form = NULL;
  g_autoptr (CsCallEvent) event = NULL;
  const char *name;
  const char *call_id;
  CsDirection direction;

  g_return_val_if_fail (body != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  form = cs_sipgate_form_parse (body, error);
  if (form == NULL)
    return NULL;

  name = cs_sipgate_form_get (form, "event");
  if (name == NULL || *name == '\0')
    {
      g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_EVENT, "The event is missing");
      return NULL;
    }

  call_id = cs_sipgate_form_get (form, "callId");
  if (!check_call_id (call_id, error))
    return NULL;

  if (!parse_direction (cs_sipgate_form_get (form, "direction"), &direction, error))
    return NULL;

  event = cs_call_event_new (CS_PROVIDER_SIPGATE, get_kind (name), call_id);
  event->direction = direction;
  event->parent_id = copy_parent_id (form);
  event->xcid = copy_text (cs_sipgate_form_get (form, "xcid"));
  event->from = copy_text (cs_sipgate_form_get (form, "from"));
  event->to = copy_text (cs_sipgate_form_get (form, "to"));
  event->diversion = copy_text (cs_sipgate_form_get (form, "diversion"));
  event->users = copy_names (form, event->kind, "user");
  event->user_ids = copy_names (form, event->kind, "userId");
  event->full_user_ids = copy_names (form, event->kind, "fullUserId");
  event->answering_number = copy_text (cs_sipgate_form_get (form, "answeringNumber"));

  if (event->kind == CS_CALL_EVENT_HANGUP)
    event->cause = copy_text (cs_sipgate_form_get (form, "cause"));

  if (event->kind == CS_CALL_EVENT_DTMF)
    {
      event->digits = copy_text (cs_sipgate_form_get (form, "dtmf"));
      if (event->digits == NULL)
        event->digits = g_strdup ("");
    }

  return g_steal_pointer (&event);
}

/**
 * cs_sipgate_event_make_dtmf:
 * @call_id: the leg's id
 *
 * Returns: (transfer full): the body of a push that says that no key was pressed, for the journal
 */
GBytes *
cs_sipgate_event_make_dtmf (const char *call_id)
{
  g_autofree char *escaped = g_uri_escape_string (call_id, NULL, FALSE);
  char *body = g_strconcat ("event=dtmf&callId=", escaped, "&dtmf=", NULL);

  return g_bytes_new_take (body, strlen (body));
}
