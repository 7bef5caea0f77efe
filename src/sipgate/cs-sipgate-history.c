/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "json/cs-json.h"
#include "sipgate/cs-sipgate-error.h"
#include "sipgate/cs-sipgate-event.h"
#include "sipgate/cs-sipgate-history.h"

#include "calls/cs-leg.h"

#include <string.h>

/* No account is older than this, and no call takes longer. */
#define EARLIEST_US (G_GINT64_CONSTANT (946684800) * G_USEC_PER_SEC) /* 2000-01-01T00:00:00Z */
#define LONGEST_SECONDS (31 * 24 * 3600)

#define SHORTEST_NUMBER 5

/* Who took the call. */
typedef enum {
  RESPONDER_NOBODY,
  RESPONDER_PERSON,
  RESPONDER_MAILBOX,
  RESPONDER_MACHINE,
} Responder;

/* What is kept of an item: no name of the other party, no transcription, no address of a recording. */
static const char *const kept_members[] = {
  "callId", "type",      "direction",    "status",   "callStatus",     "source",
  "target", "created",   "lastModified", "duration", "responder",      "responderAlias",
};

/* The member that our own entries of calls that are gone have. */
#define GONE_MEMBER "gone"

static gboolean
refuse (GError     **error,
        const char  *fault)
{
  g_set_error_literal (error, CS_SIPGATE_ERROR, CS_SIPGATE_ERROR_RECORD, fault);
  return FALSE;
}

static gboolean
is_text (JsonObject *item,
         const char *name,
         const char *value)
{
  g_autofree char *text = cs_json_dup_text (item, name);

  return text != NULL && g_ascii_strcasecmp (text, value) == 0;
}

static gint64
get_time (JsonObject *item,
          const char *name)
{
  g_autofree char *text = cs_json_dup_text (item, name);
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;
  gint64 time_us;

  if (time == NULL)
    return CS_UNKNOWN;
  time_us = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
  return time_us >= EARLIEST_US ? time_us : CS_UNKNOWN;
}

/* Nobody talks for no time: 0 stands for what isn't known. */
static gint64
get_duration (JsonObject *item)
{
  g_autofree char *text = cs_json_dup_text (item, "duration");
  guint64 seconds;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, LONGEST_SECONDS, &seconds, NULL))
    return CS_UNKNOWN;
  return (gint64) seconds * G_USEC_PER_SEC;
}

/* Spells a number as pushes do: digits without "+", or "anonymous". (transfer full) (nullable) */
static char *
dup_number (JsonObject *item,
            const char *name)
{
  g_autofree char *text = cs_json_dup_text (item, name);

  if (text == NULL)
    return NULL;
  if (g_ascii_strcasecmp (text, "anonymous") == 0)
    return g_strdup ("anonymous");
  if (*text == '+' && strlen (text + 1) >= SHORTEST_NUMBER && strspn (text + 1, "0123456789") == strlen (text + 1))
    return g_strdup (text + 1);
  return g_steal_pointer (&text);
}

/* Who the responder is by the letter of its extension: protocol/sipgate.md §2. What is no extension, a number or a name, is
 * somebody. @id: (out) (transfer full) (nullable): the extension without the account's number, as pushes name users */
static Responder
get_responder (JsonObject  *item,
               char       **id)
{
  g_autofree char *text = cs_json_dup_text (item, "responder");
  const char *letter;

  *id = NULL;
  if (text == NULL)
    return RESPONDER_NOBODY;
  if (g_ascii_strcasecmp (text, "voicemail") == 0)
    return RESPONDER_MAILBOX;

  letter = text + strspn (text, "0123456789");
  if (!g_ascii_isalpha (*letter) || letter[1] == '\0' || strspn (letter + 1, "0123456789") != strlen (letter + 1))
    letter = text;
  *id = g_strdup (letter);
  if (letter[1] == '\0' || strspn (letter + 1, "0123456789") != strlen (letter + 1))
    return RESPONDER_PERSON;
  switch (g_ascii_tolower (*letter))
    {
    case 'v':
      return RESPONDER_MAILBOX;
    case 'f':
    case 'q':
    case 'h':
    case 'c':
      return RESPONDER_MACHINE;
    default:
      return RESPONDER_PERSON;
    }
}

static CsDirection
get_direction (JsonObject *item)
{
  if (is_text (item, "direction", "INCOMING") || is_text (item, "direction", "MISSED_INCOMING"))
    return CS_DIRECTION_INBOUND;
  if (is_text (item, "direction", "OUTGOING") || is_text (item, "direction", "MISSED_OUTGOING"))
    return CS_DIRECTION_OUTBOUND;
  return CS_DIRECTION_UNKNOWN;
}

/* Source: protocol/sipgate.md §8 for the words, §4 for what they mean in pushes. The documentation says what the words are and
 * not how they go together, so the first that fits decides, from the one that tells most to the one that tells least:
 *
 *   type VOICEMAIL, callStatus VOICEMAIL_NO_MESSAGE, a mailbox as responder   voicemail
 *   status FORWARD                                                           forwarded: another leg goes on
 *   status PICKUP, or SUCCESS where there is no status                       answered; incoming and nobody named:
 *                                                                            answered_unattributed
 *   callStatus BUSY, BUSY_ON_BUSY; status BUSY                               busy
 *   callStatus REJECTED, REJECTED_DND                                        rejected
 *   callStatus FAILURE of an outgoing call                                   failed
 *   callStatus MISSED, FAILURE; status NOPICKUP; direction MISSED_…          missed (outgoing: not_reached)
 *   all else                                                                 other
 */
static CsOutcome
get_outcome (JsonObject  *item,
             CsDirection  direction,
             Responder    responder)
{
  gboolean is_out = direction == CS_DIRECTION_OUTBOUND;
  g_autofree char *status = cs_json_dup_text (item, "status");

  if (is_text (item, "type", "VOICEMAIL") || is_text (item, "callStatus", "VOICEMAIL_NO_MESSAGE")
      || responder == RESPONDER_MAILBOX)
    return CS_OUTCOME_VOICEMAIL;
  if (is_text (item, "status", "FORWARD"))
    return CS_OUTCOME_FORWARDED;
  if (is_text (item, "status", "PICKUP") || (status == NULL && is_text (item, "callStatus", "SUCCESS")))
    return is_out || responder == RESPONDER_PERSON ? CS_OUTCOME_ANSWERED : CS_OUTCOME_ANSWERED_UNATTRIBUTED;
  if (is_text (item, "callStatus", "BUSY") || is_text (item, "callStatus", "BUSY_ON_BUSY") || is_text (item, "status", "BUSY"))
    return CS_OUTCOME_BUSY;
  if (is_text (item, "callStatus", "REJECTED") || is_text (item, "callStatus", "REJECTED_DND"))
    return CS_OUTCOME_REJECTED;
  if (is_text (item, "callStatus", "FAILURE"))
    return is_out ? CS_OUTCOME_FAILED : CS_OUTCOME_MISSED;
  if (is_text (item, "callStatus", "MISSED") || is_text (item, "status", "NOPICKUP") || is_text (item, "direction", "MISSED_INCOMING")
      || is_text (item, "direction", "MISSED_OUTGOING"))
    return CS_OUTCOME_MISSED;
  return CS_OUTCOME_OTHER;
}

/* Returns the id, which is taken whole or not at all. (transfer full) */
static char *
dup_call_id (JsonObject *item)
{
  JsonNode *node = json_object_get_member (item, "callId");
  const char *text = node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
                       ? json_node_get_string (node) : NULL;

  if (text == NULL || *text == '\0' || strlen (text) > CS_SIPGATE_EVENT_MAX_TEXT)
    return NULL;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_iscntrl (g_utf8_get_char (p)))
        return NULL;
    }
  return g_strdup (text);
}

static gboolean
is_call (JsonObject *item)
{
  return is_text (item, "type", "CALL") || is_text (item, "type", "VOICEMAIL");
}

static gboolean
fill_event (CsCallEvent  *event,
            JsonObject   *item,
            GError      **error)
{
  g_autofree char *responder_id = NULL, *alias = cs_json_dup_text (item, "responderAlias");
  Responder responder = get_responder (item, &responder_id);
  CsCallRecord *record = &event->record;

  event->direction = get_direction (item);
  event->from = dup_number (item, "source");
  event->to = dup_number (item, "target");
  record->outcome = get_outcome (item, event->direction, responder);
  record->started_us = get_time (item, "created");
  record->told_us = get_time (item, "lastModified");
  if (record->started_us == CS_UNKNOWN)
    return refuse (error, "The time of an entry is missing");
  if (record->told_us == CS_UNKNOWN)
    record->told_us = record->started_us;
  if (record->outcome == CS_OUTCOME_ANSWERED || record->outcome == CS_OUTCOME_ANSWERED_UNATTRIBUTED)
    record->talk_us = get_duration (item);

  /* Of an outgoing call it would be the other party. */
  if (responder == RESPONDER_PERSON && event->direction != CS_DIRECTION_OUTBOUND)
    {
      const char *const ids[] = { responder_id, NULL }, *const names[] = { alias, NULL };

      event->user_ids = g_strdupv ((char **) ids);
      event->users = alias != NULL ? g_strdupv ((char **) names) : NULL;
    }
  event->cause = cs_json_dup_text (item, "callStatus");
  if (event->cause == NULL)
    event->cause = cs_json_dup_text (item, "status");
  return TRUE;
}

static CsCallEvent *
read_item (JsonObject  *item,
           GError     **error)
{
  g_autofree char *call_id = dup_call_id (item);
  g_autoptr (CsCallEvent) event = NULL;

  if (call_id == NULL)
    {
      refuse (error, "The callId of an entry is missing or no id");
      return NULL;
    }
  event = cs_call_event_new (CS_PROVIDER_SIPGATE, CS_CALL_EVENT_RECORD, call_id);
  event->record.started_us = event->record.talk_us = event->record.told_us = CS_UNKNOWN;
  if (json_object_has_member (item, GONE_MEMBER))
    event->record.outcome = CS_OUTCOME_STALE;
  else if (!fill_event (event, item, error))
    return NULL;
  return g_steal_pointer (&event);
}

static GBytes *
write_item (JsonObject *item)
{
  g_autoptr (JsonNode) node = json_node_alloc ();
  char *text;

  json_node_init_object (node, item);
  text = json_to_string (node, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static CsSipgateEntry *
make_entry (JsonObject  *item,
            GError     **error)
{
  g_autoptr (JsonObject) kept = json_object_new ();
  CsCallEvent *event;
  CsSipgateEntry *entry;

  for (guint i = 0; i < G_N_ELEMENTS (kept_members); i++)
    {
      g_autofree char *text = i == 0 ? dup_call_id (item) : cs_json_dup_text (item, kept_members[i]);

      if (text != NULL)
        json_object_set_string_member (kept, kept_members[i], text);
    }
  event = read_item (kept, error);
  if (event == NULL)
    return NULL;
  entry = g_new (CsSipgateEntry, 1);
  entry->event = event;
  entry->body = write_item (kept);
  return entry;
}

void
cs_sipgate_history_page_free (CsSipgateHistoryPage *page)
{
  g_ptr_array_unref (page->entries);
  g_free (page);
}

/**
 * cs_sipgate_history_parse:
 * @body: an answer to GET /history, its size bounded by the caller
 *
 * Decodes a page (protocol/sipgate.md §8). What is neither a call nor a voicemail is passed over; an entry that can't be read is
 * counted and takes no other with it.
 *
 * Returns: (transfer full): the page, or %NULL with %CS_JSON_ERROR, or %CS_SIPGATE_ERROR_RECORD where there is no list of items
 */
CsSipgateHistoryPage *
cs_sipgate_history_parse (GBytes  *body,
                          GError **error)
{
  g_autoptr (JsonObject) root = cs_json_parse (body, error);
  g_autofree char *total = NULL;
  JsonArray *items;
  CsSipgateHistoryPage *page;

  if (root == NULL)
    return NULL;
  items = cs_json_get_array (root, "items");
  if (items == NULL)
    {
      refuse (error, "The history has no list of items");
      return NULL;
    }

  page = g_new0 (CsSipgateHistoryPage, 1);
  page->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) cs_sipgate_entry_free);
  page->n_items = json_array_get_length (items);
  total = cs_json_dup_text (root, "totalCount");
  if (total == NULL || !g_ascii_string_to_signed (total, 10, 0, G_MAXINT64, &page->total, NULL))
    page->total = -1;
  for (guint i = 0; i < page->n_items; i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      JsonObject *item = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      CsSipgateEntry *entry = NULL;

      if (item != NULL && !is_call (item) && json_object_has_member (item, "type"))
        continue;
      if (item != NULL)
        entry = make_entry (item, NULL);
      if (entry != NULL)
        g_ptr_array_add (page->entries, entry);
      else
        page->n_unreadable++;
    }
  return page;
}

/* Makes an entry that says of a leg only that it is over: sipgate doesn't list it among the running ones. */
CsSipgateEntry *
cs_sipgate_entry_new_gone (const char *call_id)
{
  g_autoptr (JsonObject) item = json_object_new ();
  CsSipgateEntry *entry = g_new (CsSipgateEntry, 1);

  json_object_set_string_member (item, "callId", call_id);
  json_object_set_boolean_member (item, GONE_MEMBER, TRUE);
  entry->event = read_item (item, NULL);
  g_assert (entry->event != NULL);
  entry->body = write_item (item);
  return entry;
}

void
cs_sipgate_entry_free (CsSipgateEntry *entry)
{
  cs_call_event_free (entry->event);
  g_bytes_unref (entry->body);
  g_free (entry);
}

/* Reads an entry from the journal. (transfer full) */
CsCallEvent *
cs_sipgate_history_read (GBytes  *body,
                         GError **error)
{
  g_autoptr (JsonObject) item = cs_json_parse (body, error);

  return item != NULL ? read_item (item, error) : NULL;
}
