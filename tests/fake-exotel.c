/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fake-exotel-private.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>

/* An answer that waits. */
typedef struct {
  FakeExotel *self;
  SoupServerMessage *message;
  FakeExotelBehaviour behaviour;
  GSource *source;
} Delay;

static void
phone_free (gpointer data)
{
  FakePhone *phone = data;

  g_free (phone->sid);
  g_free (phone->number);
  g_free (phone->friendly_name);
  g_free (phone);
}

static gboolean
on_delay_over (gpointer data)
{
  Delay *delay = data;

  fake_answer_request (delay->self, delay->message, &delay->behaviour);
  if (delay->behaviour.mode != FAKE_EXOTEL_HANG)
    soup_server_message_unpause (delay->message);
  return G_SOURCE_REMOVE;
}

static void
on_delayed_finished (SoupServerMessage *message,
                     gpointer           data)
{
  g_source_destroy (((Delay *) data)->source);
}

static void
delay_free (gpointer  data,
            GClosure *closure)
{
  Delay *delay = data;

  g_source_destroy (delay->source);
  g_source_unref (delay->source);
  g_free (delay);
}

static void
answer_later (FakeExotel                *self,
              SoupServerMessage         *message,
              const FakeExotelBehaviour *behaviour)
{
  Delay *delay = g_new0 (Delay, 1);

  delay->self = self;
  delay->message = message;
  delay->behaviour = *behaviour;
  delay->source = g_timeout_source_new (behaviour->delay_ms);
  g_source_set_callback (delay->source, on_delay_over, delay, NULL);
  g_signal_connect_data (message, "finished", G_CALLBACK (on_delayed_finished), delay, delay_free, 0);
  g_source_attach (delay->source, fake_server_get_context (self->server));
  soup_server_message_pause (message);
}

static char *
dup_target (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);

  return g_strdup_printf ("%s%s%s", g_uri_get_path (uri), query != NULL ? "?" : "", query != NULL ? query : "");
}

static void
on_request (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  FakeExotel *self = data;
  FakeExotelBehaviour behaviour = { 0 };
  guint n;

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->requests, dup_target (message));
  n = self->n_since++;
  if (n >= self->behaviour.skip && (self->behaviour.times == 0 || n < self->behaviour.skip + self->behaviour.times))
    behaviour = self->behaviour;
  g_mutex_unlock (&self->mutex);

  if (behaviour.delay_ms > 0)
    answer_later (self, message, &behaviour);
  else
    fake_answer_request (self, message, &behaviour);
}

static void
on_bystander_request (SoupServer        *server,
                      SoupServerMessage *message,
                      const char        *path,
                      GHashTable        *query,
                      gpointer           data)
{
  FakeExotel *self = data;
  g_autofree char *target = dup_target (message);
  GString *text = g_string_new (target);
  SoupMessageHeadersIter iterator;
  const char *name, *value;

  soup_message_headers_iter_init (&iterator, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iterator, &name, &value))
    g_string_append_printf (text, "\n%s: %s", name, value);

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->bystander_requests, g_string_free (text, FALSE));
  g_mutex_unlock (&self->mutex);
  fake_answer_text (message, 200, "application/json", "{\"Calls\":[],\"Metadata\":{\"Total\":0}}");
}

/* A certificate for this address that nobody vouches for. */
static GTlsCertificate *
create_certificate (void)
{
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t certificate;
  gnutls_datum_t key_pem, certificate_pem;
  g_autofree char *pem = NULL;
  g_autoptr (GError) error = NULL;
  GTlsCertificate *result;

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                                 GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&certificate), ==, 0);
  gnutls_x509_crt_set_version (certificate, 3);
  gnutls_x509_crt_set_serial (certificate, "\x01", 1);
  gnutls_x509_crt_set_activation_time (certificate, time (NULL) - 3600);
  gnutls_x509_crt_set_expiration_time (certificate, time (NULL) + 3600);
  gnutls_x509_crt_set_dn (certificate, "CN=fake-exotel", NULL);
  gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, "\x7f\x00\x00\x01", 4, GNUTLS_FSAN_SET);
  gnutls_x509_crt_set_key (certificate, key);
  g_assert_cmpint (gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &certificate_pem), ==, 0);

  pem = g_strdup_printf ("%s\n%s", (char *) key_pem.data, (char *) certificate_pem.data);
  result = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  gnutls_free (key_pem.data);
  gnutls_free (certificate_pem.data);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);
  return result;
}

static FakeExotel *
start (GTlsCertificate *certificate)
{
  FakeExotel *self = g_new0 (FakeExotel, 1);

  g_mutex_init (&self->mutex);
  self->records = fake_records_new ();
  self->phones = g_ptr_array_new_with_free_func (phone_free);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->bystander_requests = g_ptr_array_new_with_free_func (g_free);
  fake_exotel_set_account (self, FAKE_EXOTEL_SID, FAKE_EXOTEL_KEY, FAKE_EXOTEL_TOKEN);
  self->server = fake_server_new (certificate, on_request, on_bystander_request, self);
  return self;
}

FakeExotel *
fake_exotel_new (void)
{
  return start (NULL);
}

/* Speaks https, with a certificate that nobody vouches for. */
FakeExotel *
fake_exotel_new_secure (void)
{
  return start (create_certificate ());
}

void
fake_exotel_free (FakeExotel *self)
{
  fake_server_free (self->server);
  fake_records_free (self->records);
  g_ptr_array_unref (self->phones);
  g_ptr_array_unref (self->requests);
  g_ptr_array_unref (self->bystander_requests);
  g_mutex_clear (&self->mutex);
  g_free (self->sid);
  g_free (self->authorization);
  g_free (self);
}

const char *
fake_exotel_get_url (FakeExotel *self)
{
  return fake_server_get_url (self->server);
}

const char *
fake_exotel_get_bystander_url (FakeExotel *self)
{
  return fake_server_get_bystander_url (self->server);
}

/* Not while requests are under way. */
void
fake_exotel_set_account (FakeExotel *self,
                         const char *sid,
                         const char *key,
                         const char *token)
{
  g_autofree char *pair = g_strdup_printf ("%s:%s", key, token);
  g_autofree char *base64 = g_base64_encode ((const guchar *) pair, strlen (pair));

  g_mutex_lock (&self->mutex);
  g_free (self->sid);
  g_free (self->authorization);
  self->sid = g_strdup (sid);
  self->authorization = g_strdup_printf ("Basic %s", base64);
  g_mutex_unlock (&self->mutex);
}

void
fake_exotel_set_behaviour (FakeExotel                *self,
                           const FakeExotelBehaviour *behaviour)
{
  g_mutex_lock (&self->mutex);
  self->behaviour = *behaviour;
  self->behaviour.message = g_intern_string (behaviour->message);
  self->behaviour.code = g_intern_string (behaviour->code);
  self->behaviour.retry_after = g_intern_string (behaviour->retry_after);
  self->behaviour.next_uri = g_intern_string (behaviour->next_uri);
  self->n_since = 0;
  g_mutex_unlock (&self->mutex);
}

void
fake_exotel_add_call (FakeExotel   *self,
                      gint64        created_us,
                      FakeCallKind  kind,
                      guint         talk_seconds)
{
  g_mutex_lock (&self->mutex);
  fake_records_add (self->records, created_us, kind, talk_seconds, NULL);
  g_mutex_unlock (&self->mutex);
}

/* Adds calls of all kinds in turn. */
void
fake_exotel_add_calls (FakeExotel *self,
                       guint       n_calls,
                       gint64      first_us,
                       gint64      step_us)
{
  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < n_calls; i++)
    {
      FakeCallKind kind = i % 3 > 0 ? FAKE_CALL_ANSWERED : (i / 3) % FAKE_N_CALL_KINDS;

      fake_records_add (self->records, first_us + i * step_us, kind, kind == FAKE_CALL_ANSWERED ? 30 + i % 300 : 0, NULL);
    }
  g_mutex_unlock (&self->mutex);
}

/* Adds a record as it is, at that place in the order. */
void
fake_exotel_add_record (FakeExotel *self,
                        gint64      created_us,
                        const char *json)
{
  g_mutex_lock (&self->mutex);
  fake_records_add (self->records, created_us, FAKE_CALL_ANSWERED, 0, json);
  g_mutex_unlock (&self->mutex);
}

void
fake_exotel_add_sample_day (FakeExotel *self,
                            gint64      midnight_us)
{
  g_mutex_lock (&self->mutex);
  fake_records_add_sample_day (self->records, midnight_us);
  g_mutex_unlock (&self->mutex);
}

void
fake_exotel_clear_calls (FakeExotel *self)
{
  g_mutex_lock (&self->mutex);
  fake_records_clear (self->records);
  g_mutex_unlock (&self->mutex);
}

void
fake_exotel_add_phone (FakeExotel *self,
                       const char *sid,
                       const char *number,
                       const char *friendly_name)
{
  FakePhone *phone = g_new0 (FakePhone, 1);

  phone->sid = g_strdup (sid);
  phone->number = g_strdup (number);
  phone->friendly_name = g_strdup (friendly_name);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->phones, phone);
  g_mutex_unlock (&self->mutex);
}

static guint
get_length (FakeExotel *self,
            GPtrArray  *array)
{
  guint length;

  g_mutex_lock (&self->mutex);
  length = array->len;
  g_mutex_unlock (&self->mutex);
  return length;
}

static char *
dup_entry (FakeExotel *self,
           GPtrArray  *array,
           guint       index)
{
  char *text;

  g_mutex_lock (&self->mutex);
  text = g_strdup (index < array->len ? g_ptr_array_index (array, index) : NULL);
  g_mutex_unlock (&self->mutex);
  return text;
}

guint
fake_exotel_get_n_requests (FakeExotel *self)
{
  return get_length (self, self->requests);
}

/* Requests with other credentials than the account's. */
guint
fake_exotel_get_n_refused (FakeExotel *self)
{
  guint n_refused;

  g_mutex_lock (&self->mutex);
  n_refused = self->n_refused;
  g_mutex_unlock (&self->mutex);
  return n_refused;
}

/* Returns path and query of a request, as they were sent. (transfer full) (nullable) */
char *
fake_exotel_dup_request (FakeExotel *self,
                         guint       index)
{
  return dup_entry (self, self->requests, index);
}

guint
fake_exotel_get_n_bystander_requests (FakeExotel *self)
{
  return get_length (self, self->bystander_requests);
}

/* Returns path, query and headers of a request that should never have come. (transfer full) (nullable) */
char *
fake_exotel_dup_bystander_request (FakeExotel *self,
                                   guint       index)
{
  return dup_entry (self, self->bystander_requests, index);
}
