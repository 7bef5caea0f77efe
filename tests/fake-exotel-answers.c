/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-exotel-private.h"

#include <stdlib.h>
#include <string.h>

#define DAY_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC)
/* Exotel's own bounds: a month, and six of them, and some time for the way. */
#define LONGEST_SPAN_US (31 * DAY_US)
#define OLDEST_US (184 * DAY_US)
#define HUGE_SIZE (24 * 1024 * 1024)
#define PHONES_PER_PAGE 50

static void
answer_error (SoupServerMessage *message,
              guint              status,
              FakeExotelBody     body,
              const char        *text,
              const char        *code)
{
  g_autofree char *json_code = code != NULL ? g_strdup_printf (",\"Code\":%s", code) : g_strdup ("");
  g_autofree char *content = NULL;
  const char *content_type = "application/json";

  text = text != NULL ? text : "Something is wrong";
  switch (body)
    {
    case FAKE_EXOTEL_JSON:
      content = g_strdup_printf ("{\"RestException\":{\"Status\":%u,\"Message\":\"%s\"%s}}", status, text, json_code);
      break;
    case FAKE_EXOTEL_XML:
      content_type = "application/xml";
      content = g_strdup_printf ("<?xml version=\"1.0\"?><TwilioResponse><RestException><Status>%u</Status>"
                                 "<Message>%s</Message></RestException></TwilioResponse>", status, text);
      break;
    case FAKE_EXOTEL_HTML:
      content_type = "text/html";
      content = g_strdup_printf ("<!DOCTYPE html><html><head><title>%s</title></head><body></body></html>", text);
      break;
    case FAKE_EXOTEL_NOTHING:
      content = g_strdup ("");
      break;
    }
  fake_answer_text (message, status, content_type, content);
}

static void
set_retry_after (SoupServerMessage *message,
                 const char        *retry_after)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  g_autofree char *text = NULL;

  if (retry_after == NULL)
    return;
  if (g_str_has_prefix (retry_after, "date:"))
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
      g_autoptr (GDateTime) until = g_date_time_add_seconds (now, atoi (retry_after + strlen ("date:")));

      text = soup_date_time_to_string (until, SOUP_DATE_HTTP);
    }
  soup_message_headers_replace (headers, "Retry-After", text != NULL ? text : retry_after);
}

static void
answer_zipped (SoupServerMessage *message,
               const char        *text)
{
  g_autoptr (GConverter) zip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) stream = g_converter_output_stream_new (memory, zip);

  g_output_stream_write_all (stream, text, strlen (text), NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Content-Encoding", "gzip");
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY,
                                    g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
                                    g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)));
}

static char *
build_huge (void)
{
  char *text = g_malloc (HUGE_SIZE + 1);

  memset (text, ' ', HUGE_SIZE);
  text[HUGE_SIZE] = '\0';
  return text;
}

static void
answer_cut (SoupServerMessage *message,
            const char        *text,
            gboolean           in_chunks)
{
  gsize length = strlen (text);
  g_autofree char *head = in_chunks
    ? g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n", length)
    : g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", length);

  fake_answer_raw (message, head, text, length / 2);
}

static gboolean
on_drip (gpointer data)
{
  SoupServerMessage *message = data;

  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC, " ", 1);
  soup_server_message_unpause (message);
  return G_SOURCE_CONTINUE;
}

static void
on_drip_over (SoupServerMessage *message,
              gpointer           data)
{
  g_source_destroy (data);
}

/* A message may go without having finished. */
static void
free_drip (gpointer  data,
           GClosure *closure)
{
  g_source_destroy (data);
  g_source_unref (data);
}

static void
answer_endlessly (FakeExotel        *self,
                  SoupServerMessage *message)
{
  GSource *source = g_timeout_source_new (5);

  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message), SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC, "{", 1);
  g_source_set_callback (source, on_drip, message, NULL);
  g_signal_connect_data (message, "finished", G_CALLBACK (on_drip_over), source, free_drip, 0);
  g_source_attach (source, fake_server_get_context (self->server));
}

/* Returns what of the filter breaks Exotel's rules. */
static const char *
parse_filter (GHashTable *query,
              FakeFilter *filter)
{
  const char *span = query != NULL ? g_hash_table_lookup (query, "DateCreated") : NULL;
  const char *size = query != NULL ? g_hash_table_lookup (query, "PageSize") : NULL;
  const char *sort = query != NULL ? g_hash_table_lookup (query, "SortBy") : NULL;
  g_auto (GStrv) bounds = g_strsplit (span != NULL ? span : "", ";", -1);

  filter->from_us = G_MININT64;
  filter->to_us = G_MAXINT64;
  filter->page_size = size != NULL ? (guint) atoi (size) : 50;
  filter->is_descending = g_strcmp0 (sort, "DateCreated:asc") != 0;
  filter->with_details = query != NULL && g_strcmp0 (g_hash_table_lookup (query, "details"), "true") == 0;
  filter->after = g_strdup (query != NULL ? g_hash_table_lookup (query, "After") : NULL);
  if (filter->page_size < 1 || filter->page_size > 100)
    return "PageSize must be 1 to 100";

  for (guint i = 0; bounds[i] != NULL && *bounds[i] != '\0'; i++)
    {
      gint64 time_us = strlen (bounds[i]) > 4 ? fake_time_parse (bounds[i] + 4) : -1;

      if (time_us >= 0 && g_str_has_prefix (bounds[i], "gte:"))
        filter->from_us = time_us;
      else if (time_us >= 0 && g_str_has_prefix (bounds[i], "lte:"))
        filter->to_us = time_us;
      else
        return "Invalid DateCreated";
    }
  if (filter->from_us == G_MININT64 || filter->to_us == G_MAXINT64 || filter->to_us - filter->from_us > LONGEST_SPAN_US)
    return "The range of DateCreated must not exceed one month";
  return filter->from_us < g_get_real_time () - OLDEST_US ? "DateCreated must not be older than six months" : NULL;
}

static void
answer_calls (FakeExotel                *self,
              SoupServerMessage         *message,
              GHashTable                *query,
              const FakeExotelBehaviour *behaviour)
{
  FakePageFaults faults = {
    .total_offset = behaviour->mode == FAKE_EXOTEL_WRONG_TOTAL ? behaviour->total_offset : 0,
    .repeats_cursor = behaviour->mode == FAKE_EXOTEL_REPEAT_CURSOR,
    .is_empty = behaviour->mode == FAKE_EXOTEL_EMPTY_PAGES,
    .has_duplicate = behaviour->mode == FAKE_EXOTEL_DUPLICATES,
    .has_outsider = behaviour->mode == FAKE_EXOTEL_OUTSIDE,
  };
  FakeFilter filter = { 0 };
  const char *fault = parse_filter (query, &filter);
  g_autofree char *after = filter.after;
  g_autofree char *next_uri = NULL;
  g_autofree char *page = NULL;

  if (fault != NULL)
    {
      answer_error (message, 400, FAKE_EXOTEL_JSON, fault, NULL);
      return;
    }
  if (behaviour->mode == FAKE_EXOTEL_NEXT_URI)
    {
      g_auto (GStrv) parts = g_strsplit (behaviour->next_uri, "{bystander}", -1);

      next_uri = g_strjoinv (fake_server_get_bystander_url (self->server) + strlen ("http://"), parts);
      faults.next_uri = next_uri;
    }

  g_mutex_lock (&self->mutex);
  page = fake_records_render_page (self->records, self->sid, &filter, &faults);
  g_mutex_unlock (&self->mutex);

  if (behaviour->mode == FAKE_EXOTEL_CUT || behaviour->mode == FAKE_EXOTEL_CUT_CHUNK)
    answer_cut (message, page, behaviour->mode == FAKE_EXOTEL_CUT_CHUNK);
  else if (behaviour->mode == FAKE_EXOTEL_ZIPPED)
    answer_zipped (message, page);
  else
    fake_answer_text (message, 200, "application/json", page);
}

static void
answer_phones (FakeExotel        *self,
               SoupServerMessage *message,
               GHashTable        *query)
{
  const char *number = query != NULL ? g_hash_table_lookup (query, "Page") : NULL;
  guint page = number != NULL ? (guint) atoi (number) : 0;
  GString *json = g_string_new (NULL);
  g_autofree char *text = NULL;

  g_mutex_lock (&self->mutex);
  g_string_append_printf (json, "{\"page\":%u,\"page_size\":%u,\"total\":%u,\"next_page_uri\":\"%s/next?Page=%u\","
                          "\"incoming_phone_numbers\":[",
                          page, PHONES_PER_PAGE, self->phones->len, fake_server_get_bystander_url (self->server), page + 1);
  for (guint i = page * PHONES_PER_PAGE; i < MIN (self->phones->len, (page + 1) * PHONES_PER_PAGE); i++)
    {
      const FakePhone *phone = g_ptr_array_index (self->phones, i);

      g_string_append_printf (json, "%s{\"sid\":\"%s\",\"phone_number\":\"%s\",\"friendly_name\":\"%s\"}",
                              i % PHONES_PER_PAGE > 0 ? "," : "", phone->sid, phone->number, phone->friendly_name);
    }
  g_mutex_unlock (&self->mutex);

  g_string_append (json, "]}");
  text = g_string_free (json, FALSE);
  fake_answer_text (message, 200, "application/json", text);
}

/* Answers one who may ask. */
static void
answer_asked (FakeExotel                *self,
              SoupServerMessage         *message,
              GHashTable                *query,
              const FakeExotelBehaviour *behaviour)
{
  const char *path = g_uri_get_path (soup_server_message_get_uri (message));
  g_autofree char *calls = g_strdup_printf ("/v1/Accounts/%s/Calls.json", self->sid);
  g_autofree char *calls_xml = g_strdup_printf ("/v1/Accounts/%s/Calls", self->sid);
  g_autofree char *phones = g_strdup_printf ("/v2_beta/Accounts/%s/IncomingPhoneNumbers", self->sid);

  if (g_str_equal (path, calls))
    answer_calls (self, message, query, behaviour);
  else if (g_str_equal (path, phones))
    answer_phones (self, message, query);
  else if (g_str_equal (path, calls_xml))
    fake_answer_text (message, 200, "application/xml", "<?xml version=\"1.0\"?><TwilioResponse><Calls/></TwilioResponse>");
  else
    answer_error (message, 404, FAKE_EXOTEL_JSON, "Resource not found", "34001");
}

static void
answer_by_behaviour (FakeExotel                *self,
                     SoupServerMessage         *message,
                     GHashTable                *query,
                     const FakeExotelBehaviour *behaviour)
{
  g_autofree char *huge = NULL;
  gboolean wants_details = query != NULL && g_hash_table_contains (query, "details");

  switch (behaviour->mode)
    {
    case FAKE_EXOTEL_NO_DETAILS:
    case FAKE_EXOTEL_STATUS:
      if (behaviour->mode == FAKE_EXOTEL_NO_DETAILS && !wants_details)
        {
          answer_asked (self, message, query, behaviour);
          break;
        }
      set_retry_after (message, behaviour->retry_after);
      answer_error (message, behaviour->status, behaviour->body, behaviour->message, behaviour->code);
      break;
    case FAKE_EXOTEL_REDIRECT:
      soup_server_message_set_redirect (message, behaviour->status != 0 ? behaviour->status : 302, fake_server_get_bystander_url (self->server));
      break;
    case FAKE_EXOTEL_HANG:
      soup_server_message_pause (message);
      break;
    case FAKE_EXOTEL_CLOSE:
      fake_answer_raw (message, "", "", 0);
      break;
    case FAKE_EXOTEL_HUGE:
      huge = build_huge ();
      fake_answer_text (message, 200, "application/json", huge);
      break;
    case FAKE_EXOTEL_HUGE_ZIPPED:
      huge = build_huge ();
      answer_zipped (message, huge);
      break;
    case FAKE_EXOTEL_ENDLESS:
      answer_endlessly (self, message);
      break;
    case FAKE_EXOTEL_FINE:
    case FAKE_EXOTEL_CUT:
    case FAKE_EXOTEL_CUT_CHUNK:
    case FAKE_EXOTEL_ZIPPED:
    case FAKE_EXOTEL_REPEAT_CURSOR:
    case FAKE_EXOTEL_EMPTY_PAGES:
    case FAKE_EXOTEL_WRONG_TOTAL:
    case FAKE_EXOTEL_DUPLICATES:
    case FAKE_EXOTEL_OUTSIDE:
    case FAKE_EXOTEL_NEXT_URI:
      answer_asked (self, message, query, behaviour);
      break;
    }
}

/* Answers a request as the behaviour says, if the account is right. */
void
fake_answer_request (FakeExotel                *self,
                     SoupServerMessage         *message,
                     const FakeExotelBehaviour *behaviour)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *encoded = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) query = encoded != NULL ? soup_form_decode (encoded) : NULL;
  g_autofree char *account = g_strdup_printf ("/Accounts/%s/", self->sid);
  gboolean is_known;

  g_mutex_lock (&self->mutex);
  is_known = g_strcmp0 (soup_message_headers_get_one (headers, "Authorization"), self->authorization) == 0;
  self->n_refused += !is_known;
  g_mutex_unlock (&self->mutex);

  if (strstr (g_uri_get_path (soup_server_message_get_uri (message)), account) == NULL)
    answer_error (message, 404, FAKE_EXOTEL_JSON, "Account not found", NULL);
  else if (!is_known)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "WWW-Authenticate",
                                    "Basic realm=\"Exotel\"");
      answer_error (message, 401, FAKE_EXOTEL_JSON, "Authentication failed", "34010");
    }
  else
    answer_by_behaviour (self, message, query, behaviour);
}
