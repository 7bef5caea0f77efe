/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-sipgate.h"

#include "fake-server.h"

#include <json-glib/json-glib.h>
#include <string.h>

struct _FakeSipgate
{
  FakeServer *server;        /* (owned) */

  GMutex mutex;              /* guards all below */
  FakeSipgateBehaviour behaviour;
  guint n_matched;
  GPtrArray *items;          /* (owned) (element-type utf8) JSON */
  char *item_file;           /* (owned) (nullable) one item a line, read anew each time */
  char *running;             /* (owned) (nullable) */
  char *settings;            /* (owned) JSON */
  GPtrArray *requests;       /* (owned) (element-type utf8) "GET /path?query body" */
  guint n_refused;
  guint n_bystander_requests;
};

/* Closes the connection in the middle of an answer. */
static void
answer_half (SoupServerMessage *message)
{
  static const char text[] = "{\"items\":[";

  fake_answer_raw (message, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n", text, sizeof text - 1);
}

static void
answer_much (SoupServerMessage *message)
{
  gsize size = 10 * 1024 * 1024;
  char *body = g_malloc (size);

  memset (body, ' ', size);
  memcpy (body, "{\"a\":1,", 7);
  memcpy (body + size - 6, "\"b\":2}", 6);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, body, size);
}

static gint64
get_number (GHashTable *query,
            const char *name,
            gint64      fallback)
{
  const char *text = query != NULL ? g_hash_table_lookup (query, name) : NULL;

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : fallback;
}

/* Items outside the span that was asked for aren't given. */
static gboolean
is_within (const char *json,
           GHashTable *query)
{
  const char *from = g_hash_table_lookup (query, "from"), *to = g_hash_table_lookup (query, "to");
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  const char *created = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                          ? json_object_get_string_member_with_default (json_node_get_object (node), "created", NULL) : NULL;

  /* All are ISO 8601 in UTC. */
  return created == NULL || from == NULL || to == NULL || (strcmp (created, from) >= 0 && strcmp (created, to) <= 0);
}

static void
answer_history (FakeSipgate       *self,
                SoupServerMessage *message,
                GHashTable        *query,
                gboolean           is_endless)
{
  gint64 limit = get_number (query, "limit", 10), offset = get_number (query, "offset", 0), n = 0, n_given = 0;
  g_autoptr (GString) text = g_string_new ("{\"items\":[");
  g_autofree char *file = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint i = 0; i < self->items->len; i++)
    g_ptr_array_add (all, g_ptr_array_index (self->items, i));
  if (self->item_file != NULL && g_file_get_contents (self->item_file, &file, NULL, NULL))
    lines = g_strsplit (file, "\n", -1);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      if (*lines[i] != '\0')
        g_ptr_array_add (all, lines[i]);
    }

  for (guint i = 0; i < all->len; i++)
    {
      const char *json = g_ptr_array_index (all, i);

      if (!is_within (json, query))
        continue;
      if ((is_endless || n >= offset) && n_given < MIN (limit, 1000))
        g_string_append_printf (text, "%s%s", n_given++ > 0 ? "," : "", json);
      n++;
    }
  g_string_append_printf (text, "],\"totalCount\":%" G_GINT64_FORMAT "}", is_endless ? G_MAXINT64 / 2 : n);
  fake_answer_text (message, 200, "application/json", text->str);
}

static void
answer_settings (FakeSipgate       *self,
                 SoupServerMessage *message,
                 gboolean           is_put,
                 const char        *body,
                 gboolean           is_ignored)
{
  g_autoptr (JsonNode) node = NULL;

  if (!is_put)
    {
      fake_answer_text (message, 200, "application/json", self->settings);
      return;
    }
  node = json_from_string (body, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node) || !json_object_has_member (json_node_get_object (node), "incomingUrl")
      || !json_object_has_member (json_node_get_object (node), "outgoingUrl"))
    {
      fake_answer_text (message, 400, "application/json", "{\"error\":\"both URLs\"}");
      return;
    }
  if (!is_ignored)
    {
      g_free (self->settings);
      self->settings = g_strdup (body);
    }
  fake_answer_text (message, 204, "application/json", "");
}

static void
answer_well (FakeSipgate       *self,
             SoupServerMessage *message,
             const char        *path,
             GHashTable        *query,
             const char        *body,
             FakeSipgateMode    mode)
{
  const char *method = soup_server_message_get_method (message);
  g_autofree char *text = NULL;

  if (g_str_equal (path, "/authorization/userinfo"))
    {
      fake_answer_text (message, 200, "application/json",
              "{\"sub\":\"" FAKE_SIPGATE_USER "\",\"domain\":\"sipgate.de\",\"masterSipId\":\"1234567\",\"locale\":\"de_DE\"}");
    }
  else if (g_str_equal (path, "/history"))
    {
      answer_history (self, message, query, mode == FAKE_SIPGATE_ENDLESS);
    }
  else if (g_str_equal (path, "/settings/sipgateio"))
    {
      answer_settings (self, message, g_str_equal (method, "PUT"), body, mode == FAKE_SIPGATE_IGNORE_PUT);
    }
  else if (g_str_equal (path, "/calls"))
    {
      text = self->running != NULL
               ? g_strdup_printf ("{\"data\":[{\"callId\":\"%s\",\"participants\":[{\"participantId\":\"x\"}]}]}", self->running)
               : g_strdup ("{\"data\":[]}");
      fake_answer_text (message, 200, "application/json", text);
    }
  else if (g_str_equal (path, "/sessions/calls") && g_str_equal (method, "POST"))
    {
      fake_answer_text (message, 200, "application/json", "{\"sessionId\":\"session-1\"}");
    }
  else
    {
      fake_answer_text (message, 404, "application/json", "{}");
    }
}

static void
misbehave (FakeSipgate                *self,
           SoupServerMessage          *message,
           const FakeSipgateBehaviour *behaviour)
{
  switch (behaviour->mode)
    {
    case FAKE_SIPGATE_STATUS:
      if (behaviour->retry_after != NULL)
        soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", behaviour->retry_after);
      fake_answer_text (message, behaviour->status, "text/html", behaviour->body != NULL ? behaviour->body : "<html>No</html>");
      break;
    case FAKE_SIPGATE_BODY:
      fake_answer_text (message, 200, "application/json", behaviour->body);
      break;
    case FAKE_SIPGATE_REDIRECT:
      soup_server_message_set_redirect (message, behaviour->status != 0 ? behaviour->status : 302, fake_server_get_bystander_url (self->server));
      break;
    case FAKE_SIPGATE_HANG:
      soup_server_message_pause (message);
      break;
    case FAKE_SIPGATE_CUT:
      answer_half (message);
      break;
    case FAKE_SIPGATE_HUGE:
      answer_much (message);
      break;
    case FAKE_SIPGATE_FINE:
    case FAKE_SIPGATE_ENDLESS:
    case FAKE_SIPGATE_IGNORE_PUT:
      g_assert_not_reached ();
    }
}

static gboolean
is_authorized (SoupServerMessage *message)
{
  static const char pair[] = FAKE_SIPGATE_TOKEN_ID ":" FAKE_SIPGATE_TOKEN;
  g_autofree char *base64 = g_base64_encode ((const guchar *) pair, sizeof pair - 1);
  g_autofree char *expected = g_strconcat ("Basic ", base64, NULL);

  return g_strcmp0 (soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization"), expected) == 0;
}

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  FakeSipgate *self = data;
  GUri *uri = soup_server_message_get_uri (message);
  SoupMessageBody *request_body = soup_server_message_get_request_body (message);
  g_autofree char *body = g_strndup (request_body->data != NULL ? request_body->data : "", request_body->length);
  const char *asked = g_uri_get_query (uri);
  g_autofree char *request = g_strdup_printf ("%s %s%s%s %s", soup_server_message_get_method (message), path,
                                              asked != NULL ? "?" : "", asked != NULL ? asked : "", body);
  FakeSipgateBehaviour behaviour = { 0 };

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->requests, g_strdup (request));
  if ((self->behaviour.path == NULL || g_str_has_prefix (request, self->behaviour.path))
      && (self->behaviour.times == 0 || self->n_matched < self->behaviour.times))
    {
      self->n_matched++;
      behaviour = self->behaviour;
    }
  if (behaviour.mode != FAKE_SIPGATE_FINE && behaviour.mode != FAKE_SIPGATE_ENDLESS && behaviour.mode != FAKE_SIPGATE_IGNORE_PUT)
    {
      misbehave (self, message, &behaviour);
    }
  else if (!is_authorized (message))
    {
      self->n_refused++;
      fake_answer_text (message, 401, "application/json", "{}");
    }
  else
    {
      answer_well (self, message, path, query, body, behaviour.mode);
    }
  g_mutex_unlock (&self->mutex);
}

static void
on_bystander_request (SoupServer        *server,
                      SoupServerMessage *message,
                      const char        *path,
                      GHashTable        *query,
                      gpointer           data)
{
  FakeSipgate *self = data;

  g_mutex_lock (&self->mutex);
  self->n_bystander_requests++;
  g_mutex_unlock (&self->mutex);
  fake_answer_text (message, 200, "application/json", "{\"sub\":\"w9\",\"items\":[],\"data\":[]}");
}

FakeSipgate *
fake_sipgate_new (void)
{
  FakeSipgate *self = g_new0 (FakeSipgate, 1);

  g_mutex_init (&self->mutex);
  self->items = g_ptr_array_new_with_free_func (g_free);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->settings = g_strdup ("{\"incomingUrl\":\"\",\"outgoingUrl\":\"\",\"log\":true,\"whitelist\":[\"w0\"]}");
  self->server = fake_server_new (NULL, on_request, on_bystander_request, self);
  return self;
}

void
fake_sipgate_free (FakeSipgate *self)
{
  fake_server_free (self->server);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->mutex);
  g_free (self->item_file);
  g_free (self->running);
  g_free (self->settings);
  g_free (self);
}

const char *
fake_sipgate_get_url (FakeSipgate *self)
{
  return fake_server_get_url (self->server);
}

void
fake_sipgate_set_behaviour (FakeSipgate                *self,
                            const FakeSipgateBehaviour *behaviour)
{
  g_mutex_lock (&self->mutex);
  self->behaviour = *behaviour;
  self->behaviour.path = g_intern_string (behaviour->path);
  self->behaviour.body = g_intern_string (behaviour->body);
  self->behaviour.retry_after = g_intern_string (behaviour->retry_after);
  self->n_matched = 0;
  g_mutex_unlock (&self->mutex);
}

void
fake_sipgate_add_item (FakeSipgate *self,
                       const char  *json)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->items, g_strdup (json));
  g_mutex_unlock (&self->mutex);
}

void
fake_sipgate_clear_items (FakeSipgate *self)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_set_size (self->items, 0);
  g_mutex_unlock (&self->mutex);
}

static void
replace (FakeSipgate  *self,
         char        **text,
         const char   *value)
{
  g_mutex_lock (&self->mutex);
  g_free (*text);
  *text = g_strdup (value);
  g_mutex_unlock (&self->mutex);
}

/* Further items stand in a file, one a line. */
void
fake_sipgate_set_item_file (FakeSipgate *self,
                            const char  *path)
{
  replace (self, &self->item_file, path);
}

void
fake_sipgate_set_running (FakeSipgate *self,
                          const char  *call_id)
{
  replace (self, &self->running, call_id);
}

void
fake_sipgate_set_settings (FakeSipgate *self,
                           const char  *json)
{
  replace (self, &self->settings, json);
}

char *
fake_sipgate_dup_settings (FakeSipgate *self)
{
  char *text;

  g_mutex_lock (&self->mutex);
  text = g_strdup (self->settings);
  g_mutex_unlock (&self->mutex);
  return text;
}

/* How many requests began so: "GET /history". */
guint
fake_sipgate_count_requests (FakeSipgate *self,
                             const char  *prefix)
{
  guint n = 0;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->requests->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (self->requests, i), prefix);
  g_mutex_unlock (&self->mutex);
  return n;
}

/* Returns the last of them with its body. (transfer full) (nullable) */
char *
fake_sipgate_dup_last_request (FakeSipgate *self,
                               const char  *prefix)
{
  char *text = NULL;

  g_mutex_lock (&self->mutex);
  for (guint i = self->requests->len; i > 0 && text == NULL; i--)
    {
      if (g_str_has_prefix (g_ptr_array_index (self->requests, i - 1), prefix))
        text = g_strdup (g_ptr_array_index (self->requests, i - 1));
    }
  g_mutex_unlock (&self->mutex);
  return text;
}

/* Requests with another token than the account's. */
guint
fake_sipgate_get_n_refused (FakeSipgate *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_refused;
  g_mutex_unlock (&self->mutex);
  return n;
}

guint
fake_sipgate_get_n_bystander_requests (FakeSipgate *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->n_bystander_requests;
  g_mutex_unlock (&self->mutex);
  return n;
}
