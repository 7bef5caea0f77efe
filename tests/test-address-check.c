/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-address-check.h"
#include "raw-client.h"
#include "store-fixture.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <libsoup/soup.h>
#include <time.h>

#define TOKEN "0123456789abcdef0123456789abcdef"
#define CHECK CS_RECEIVER_CHECK_PREFIX TOKEN
#define NONCE "00112233445566778899aabbccddeeff"
#define HOST "Host: 127.0.0.1\r\n"

/* Quick where nobody waits for the network, patient where the machine has a lot to do. */
static const CsAddressLimits quick = {
  .deadline_ms = 10000, .settle_ms = 20, .interval_ms = 60 * 1000, .retry_ms = 60 * 1000, .max_retry_ms = 60 * 1000,
};

/* The real listener, the check of the way to it, and who stands in between. */
typedef struct {
  char *dir;               /* (owned) */
  CsStore *store;          /* (owned) */
  CsRecorder *recorder;    /* (owned) */
  CsReceiver *receiver;    /* (owned) */
  guint16 port;
  CsAddressCheck *check;   /* (owned) */
  guint n_changes;
  SoupServer *server;      /* (owned) (nullable) what the public address leads to */
  guint16 server_port;
  guint status;            /* that it answers, or 0 to ask the listener */
  const char *body;
  const char *old_part;    /* (nullable) of the request's path, to be replaced on its way to the listener */
  const char *new_part;
  guint n_asked;
  SoupServerMessage *held; /* (owned) (nullable) a request that gets no answer */
  GTlsCertificate *certificate;  /* (owned) (nullable) of another end, for which nobody vouches */
  guint n_handshakes;      /* with that one under way */
  guint n_trusted;
} Way;

static void
on_recorder_changed (gpointer data)
{
}

static void
on_changed (gpointer data)
{
  Way *self = data;

  self->n_changes++;
}

/* Asks the listener and waits, as a tunnel does. (transfer full) */
static char *
forward (Way        *self,
         const char *target)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GString) received = g_string_new (NULL);
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: tunnel.example\r\n\r\n", target);
  char buffer[1024];
  gssize n;

  connection = g_socket_client_connect_to_host (client, "127.0.0.1", self->port, NULL, NULL);
  g_assert_nonnull (connection);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request, strlen (request),
                                            NULL, NULL, NULL));
  while ((n = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (received, buffer, n);
  return g_strdup (received->str);
}

static void
serve (SoupServer        *server,
       SoupServerMessage *message,
       const char        *path,
       GHashTable        *query,
       gpointer           data)
{
  Way *self = data;
  g_autofree char *target = g_uri_to_string_partial (soup_server_message_get_uri (message), G_URI_HIDE_NONE);
  const char *start = strstr (strstr (target, "://") + 3, "/");
  g_autoptr (GString) wanted = g_string_new (start);
  g_autofree char *answer = NULL;
  const char *body;

  self->n_asked++;
  if (self->old_part != NULL)
    g_assert_cmpuint (g_string_replace (wanted, self->old_part, self->new_part, 1), ==, 1);
  if (self->status == SOUP_STATUS_REQUEST_TIMEOUT)
    {
      soup_server_message_pause (message);
      self->held = g_object_ref (message);
      return;
    }
  if (self->status == 0 || self->body == NULL)
    answer = forward (self, wanted->str);
  body = self->body != NULL ? self->body : strstr (answer, "\r\n\r\n") + 4;
  soup_server_message_set_status (message, self->status != 0 ? self->status : (guint) atoi (answer + strlen ("HTTP/1.1 ")), NULL);
  if (SOUP_STATUS_IS_REDIRECTION (self->status))
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location", "https://name.example/");
  soup_server_message_set_response (message, "text/html", SOUP_MEMORY_COPY, body, strlen (body));
}

static CsReceiver *
receiver_new (Way *self)
{
  g_autoptr (CsEngineConfig) config = cs_engine_config_new ();
  g_autoptr (GError) error = NULL;
  CsReceiver *receiver = cs_receiver_new (self->recorder, on_recorder_changed, NULL);

  config->data_dir = g_strdup (self->dir);
  config->webhook_token = g_strdup (TOKEN);
  config->exotel_timezone = g_strdup ("Asia/Kolkata");
  cs_receiver_configure (receiver, config, &error);
  g_assert_no_error (error);
  cs_receiver_listen (receiver, 0, &error);
  g_assert_no_error (error);
  return receiver;
}

static Way *
way_new (const CsAddressLimits *limits)
{
  Way *self = g_new0 (Way, 1);
  g_autoptr (GError) error = NULL;

  self->dir = store_dir_new ();
  self->store = cs_store_open (self->dir, &error);
  g_assert_no_error (error);
  self->recorder = cs_recorder_new (self->store, on_recorder_changed, NULL);
  self->receiver = receiver_new (self);
  self->port = cs_receiver_get_port (self->receiver);
  self->check = cs_address_check_new (self->receiver, limits, on_changed, self);
  return self;
}

static void
way_free (Way *self)
{
  cs_address_check_free (self->check);
  if (self->held != NULL)
    soup_server_message_unpause (self->held);
  g_clear_object (&self->held);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->server);
  g_clear_object (&self->certificate);
  cs_receiver_free (self->receiver);
  cs_recorder_free (self->recorder);
  cs_store_close (self->store);
  store_dir_free (self->dir);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Way, way_free)

/* A certificate that its own owner signed, valid for one day. (transfer full) */
static GTlsCertificate *
make_certificate (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = NULL;
  GTlsCertificate *certificate;
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t crt;
  gnutls_datum_t crt_pem, key_pem;

  g_assert_cmpint (gnutls_x509_privkey_init (&key), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_init (&crt), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_version (crt, 3), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_serial (crt, "\1", 1), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_activation_time (crt, time (NULL) - 3600), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_expiration_time (crt, time (NULL) + 24 * 3600), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_dn (crt, "CN=localhost", NULL), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_set_key (crt, key), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &crt_pem), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem), ==, 0);
  pem = g_strdup_printf ("%.*s\n%.*s", (int) crt_pem.size, crt_pem.data, (int) key_pem.size, key_pem.data);
  certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  gnutls_free (crt_pem.data);
  gnutls_free (key_pem.data);
  gnutls_x509_crt_deinit (crt);
  gnutls_x509_privkey_deinit (key);
  return certificate;
}

/* Puts somebody in front of the listener. */
static void
way_serve (Way *self)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, serve, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->server_port = (guint16) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static const CsAddressState *
way_state (Way *self)
{
  return cs_address_check_get_state (self->check);
}

#define way_wait(condition) \
  G_STMT_START { \
    gint64 end_us_ = g_get_monotonic_time () + 30 * G_USEC_PER_SEC; \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > end_us_) \
          g_error ("Waited in vain for %s", #condition); \
        g_main_context_iteration (NULL, TRUE); \
      } \
  } G_STMT_END

/* Gives it an address and waits until it knows more. */
static void
way_check (Way        *self,
           const char *url)
{
  cs_address_check_set_target (self->check, url, TOKEN, self->port);
  g_assert_cmpint (way_state (self)->checked_us, ==, CS_UNKNOWN);
  way_wait (way_state (self)->checked_us != CS_UNKNOWN);
}

static void
assert_fault (Way            *self,
              CsAddressFault  fault,
              const char     *part)
{
  const CsAddressState *state = way_state (self);

  g_assert_cmpint (state->fault, ==, fault);
  g_assert_cmpint (state->trip_us, ==, CS_UNKNOWN);
  g_assert_nonnull (state->error);
  g_assert_true (g_str_has_suffix (state->error, "."));
  if (strstr (state->error, part) == NULL)
    g_error ("“%s” is not in “%s”", part, state->error);
  g_assert_null (strstr (state->error, TOKEN));
}

static void
test_good (void)
{
  g_autoptr (Way) way = way_new (&quick);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", way->port);
  gint64 before_us = g_get_real_time ();

  way_check (way, url);
  g_assert_cmpint (way_state (way)->fault, ==, CS_ADDRESS_FAULT_NONE);
  g_assert_null (way_state (way)->error);
  g_assert_cmpint (way_state (way)->trip_us, >, 0);
  g_assert_cmpint (way_state (way)->trip_us, <, 30 * G_USEC_PER_SEC);
  g_assert_cmpint (way_state (way)->checked_us, >=, before_us);
  g_assert_false (way_state (way)->is_checking);
}

typedef struct {
  const char *name;
  guint status;
  const char *body;
  const char *path;      /* of the public address */
  const char *old_part;
  const char *new_part;
  CsAddressFault fault;
  const char *says;
} ServerCase;

static const ServerCase server_cases[] = {
  { "tunnel-passes-all", 0, NULL, "", NULL, NULL, CS_ADDRESS_FAULT_NONE, NULL },
  { "tunnel-takes-its-part-of-the-path-off", 0, NULL, "/office", "/office/", "/", CS_ADDRESS_FAULT_NONE, NULL },
  { "tunnel-leaves-its-part-of-the-path", 0, NULL, "/office", NULL, NULL, CS_ADDRESS_FAULT_PATH, "path is changed" },
  { "wrong-token", 0, NULL, "", TOKEN, "0123456789abcdef0123456789abcdee", CS_ADDRESS_FAULT_PATH, "path is changed" },
  { "another-server-welcomes", 200, "<html>Welcome</html>", "", NULL, NULL, CS_ADDRESS_FAULT_SERVER, "another server" },
  { "answer-lost-on-the-way-back", 418, NULL, "", NULL, NULL, CS_ADDRESS_FAULT_ANSWER, "don't come back" },
  { "another-server", 404, "Not Found", "", NULL, NULL, CS_ADDRESS_FAULT_SERVER, "another server" },
  { "another-server-fails", 500, "Oops", "", NULL, NULL, CS_ADDRESS_FAULT_SERVER, "another server" },
  { "proof-of-somebody-else", 200, "dd2df0c8a6b0a9b2a9ba4c9d3eba8d51b4d9a1d8a5bdbd9efa8ee9a6d21a0f6c\n", "", NULL, NULL,
    CS_ADDRESS_FAULT_SERVER, "another server" },
  { "tunnel-without-anybody-behind-502", 502, "Bad Gateway", "", NULL, NULL, CS_ADDRESS_FAULT_TUNNEL, "no tunnel leads" },
  { "tunnel-without-anybody-behind-503", 503, "no tunnel here", "", NULL, NULL, CS_ADDRESS_FAULT_TUNNEL, "no tunnel leads" },
  { "tunnel-without-anybody-behind-530", 530, "error 1033", "", NULL, NULL, CS_ADDRESS_FAULT_TUNNEL, "no tunnel leads" },
  { "redirect-is-not-followed", 302, "", "", NULL, NULL, CS_ADDRESS_FAULT_REDIRECT, "refers to another address" },
  { "login", 401, "Sign in", "", NULL, NULL, CS_ADDRESS_FAULT_LOGIN, "login" },
};

static void
test_server (gconstpointer data)
{
  const ServerCase *c = data;
  g_autoptr (Way) way = way_new (&quick);
  g_autofree char *url = NULL;

  way_serve (way);
  way->status = c->status;
  way->body = c->body;
  way->old_part = c->old_part;
  way->new_part = c->new_part;
  url = g_strdup_printf ("http://127.0.0.1:%u%s", way->server_port, c->path);
  way_check (way, url);
  if (c->fault == CS_ADDRESS_FAULT_NONE)
    g_assert_cmpint (way_state (way)->fault, ==, CS_ADDRESS_FAULT_NONE);
  else
    assert_fault (way, c->fault, c->says);
  g_assert_cmpuint (way->n_asked, ==, 1);
}

static void
test_endless_answer (void)
{
  g_autoptr (Way) way = way_new (&quick);
  g_autofree char *body = g_strnfill (1024 * 1024, 'a'), *url = NULL;

  way_serve (way);
  way->status = 200;
  way->body = body;
  url = g_strdup_printf ("http://127.0.0.1:%u", way->server_port);
  way_check (way, url);
  assert_fault (way, CS_ADDRESS_FAULT_SERVER, "another server");
}

/* The same settings, copied to another computer, make the same address. */
static void
test_twin (void)
{
  g_autoptr (Way) way = way_new (&quick);
  CsReceiver *twin = receiver_new (way);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", cs_receiver_get_port (twin));

  way_check (way, url);
  assert_fault (way, CS_ADDRESS_FAULT_SERVER, "another server");
  cs_receiver_free (twin);
}

static void
test_closed_port (void)
{
  g_autoptr (Way) way = way_new (&quick);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", way->port);

  cs_receiver_close (way->receiver);
  way_check (way, url);
  assert_fault (way, CS_ADDRESS_FAULT_CONNECT, "Nothing answers at 127.0.0.1");
}

static void
on_handshake (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  Way *self = data;

  self->n_handshakes--;
  if (g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL))
    self->n_trusted++;
}

/* Not libsoup's server: it frees a connection that is in its handshake when it is disconnected (CVE-2026-2436). */
static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           data)
{
  Way *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GIOStream) secured = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, &error);

  g_assert_no_error (error);
  self->n_handshakes++;
  g_tls_connection_handshake_async (G_TLS_CONNECTION (secured), G_PRIORITY_DEFAULT, NULL, on_handshake, self);
  return TRUE;
}

static void
test_certificate (void)
{
  g_autoptr (Way) way = way_new (&quick);
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autofree char *url = NULL;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("GLib has no TLS here");
      return;
    }
  way->certificate = make_certificate ();
  way->server_port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming), way);
  url = g_strdup_printf ("https://127.0.0.1:%u", way->server_port);
  way_check (way, url);
  way_wait (way->n_handshakes == 0);
  g_socket_service_stop (service);
  assert_fault (way, CS_ADDRESS_FAULT_TLS, "certificate of 127.0.0.1");
  g_assert_cmpuint (way->n_trusted, ==, 0);
}

static void
test_no_tls (void)
{
  g_autoptr (Way) way = way_new (&quick);
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", way->port);

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("GLib has no TLS here");
      return;
    }
  way_check (way, url);
  assert_fault (way, CS_ADDRESS_FAULT_TLS, "No encrypted connection to 127.0.0.1");
}

static void
test_slow (void)
{
  CsAddressLimits hasty = quick;
  g_autoptr (Way) way = NULL;
  g_autofree char *url = NULL;

  hasty.deadline_ms = 300;
  way = way_new (&hasty);
  way_serve (way);
  way->status = SOUP_STATUS_REQUEST_TIMEOUT;
  url = g_strdup_printf ("http://127.0.0.1:%u", way->server_port);
  way_check (way, url);
  assert_fault (way, CS_ADDRESS_FAULT_TIMEOUT, "in time");
}

/* Without TLS the secret part would be readable on the way: nobody is asked. */
static void
test_plain (void)
{
  g_autoptr (Way) way = way_new (&quick);

  way_check (way, "http://name.example");
  assert_fault (way, CS_ADDRESS_FAULT_PLAIN, "https://");
}

/* A resolver that knows no name. */
#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)
struct _TestResolver
{
  GResolver parent_instance;
  GResolverError code;
};
G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static void
lookup_async (GResolver                *resolver,
              const char               *name,
              GResolverNameLookupFlags  flags,
              GCancellable             *cancellable,
              GAsyncReadyCallback       callback,
              gpointer                  user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_return_new_error (task, G_RESOLVER_ERROR, (gint) TEST_RESOLVER (resolver)->code, "No “%s” here", name);
}

static GList *
lookup_finish (GResolver     *resolver,
               GAsyncResult  *result,
               GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  G_RESOLVER_CLASS (klass)->lookup_by_name_with_flags_async = lookup_async;
  G_RESOLVER_CLASS (klass)->lookup_by_name_with_flags_finish = lookup_finish;
}

static void
test_resolver_init (TestResolver *self)
{
}

static void
check_name (GResolverError  code,
            const char     *says)
{
  g_autoptr (GResolver) usual = g_resolver_get_default ();
  g_autoptr (TestResolver) resolver = g_object_new (TEST_TYPE_RESOLVER, NULL);
  g_autoptr (Way) way = way_new (&quick);

  resolver->code = code;
  g_resolver_set_default (G_RESOLVER (resolver));
  way_check (way, "https://name.example");
  g_resolver_set_default (usual);
  assert_fault (way, CS_ADDRESS_FAULT_NAME, says);
}

static void
test_no_name (void)
{
  check_name (G_RESOLVER_ERROR_NOT_FOUND, "no server named name.example");
}

static void
test_offline (void)
{
  check_name (G_RESOLVER_ERROR_TEMPORARY_FAILURE, "isn't connected");
}

/* Failures are looked at again, each later than the one before; a success begins anew. */
static void
test_repeats (void)
{
  static const CsAddressLimits restless = { 10000, 10, 20, 20, 160 };
  g_autoptr (Way) way = way_new (&restless);
  g_autofree char *url = NULL;
  gint64 began_us;

  way_serve (way);
  way->status = 502;
  way->body = "Bad Gateway";
  url = g_strdup_printf ("http://127.0.0.1:%u", way->server_port);
  way_check (way, url);
  began_us = g_get_monotonic_time ();
  way_wait (way->n_asked == 6);
  /* 20 + 40 + 80 + 160 + 160 ms at the least. */
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 400 * 1000);
  way->status = 0;
  way->body = NULL;
  way_wait (way_state (way)->fault == CS_ADDRESS_FAULT_NONE);
  way->n_asked = 0;
  way_wait (way->n_asked == 3);
}

static void
test_by_hand (void)
{
  g_autoptr (Way) way = way_new (&quick);
  g_autofree char *url = NULL;

  cs_address_check_run (way->check);
  g_assert_false (way_state (way)->is_checking);
  way_serve (way);
  url = g_strdup_printf ("http://127.0.0.1:%u", way->server_port);
  cs_address_check_set_target (way->check, url, TOKEN, way->port);
  cs_address_check_run (way->check);
  g_assert_true (way_state (way)->is_checking);
  /* One at a time. */
  cs_address_check_run (way->check);
  way_wait (way_state (way)->checked_us != CS_UNKNOWN);
  g_assert_cmpint (way_state (way)->fault, ==, CS_ADDRESS_FAULT_NONE);
  g_assert_cmpuint (way->n_asked, ==, 1);

  /* The last result stands while it is asked again. */
  cs_address_check_run (way->check);
  g_assert_true (way_state (way)->is_checking);
  g_assert_cmpint (way_state (way)->trip_us, !=, CS_UNKNOWN);
  way_wait (!way_state (way)->is_checking);
  g_assert_cmpuint (way->n_asked, ==, 2);
}

/* What was found out of the old address says nothing of the new one. */
static void
test_new_address (void)
{
  g_autoptr (Way) way = way_new (&quick);
  g_autofree char *url = NULL;

  way_serve (way);
  way->status = SOUP_STATUS_REQUEST_TIMEOUT;
  url = g_strdup_printf ("http://127.0.0.1:%u", way->server_port);
  cs_address_check_set_target (way->check, url, TOKEN, way->port);
  way_wait (way->n_asked == 1);
  g_assert_true (way_state (way)->is_checking);

  g_free (url);
  url = g_strdup_printf ("http://127.0.0.1:%u", way->port);
  cs_address_check_set_target (way->check, url, TOKEN, way->port);
  g_assert_false (way_state (way)->is_checking);
  way_wait (way_state (way)->checked_us != CS_UNKNOWN);
  g_assert_cmpint (way_state (way)->fault, ==, CS_ADDRESS_FAULT_NONE);

  cs_address_check_set_target (way->check, NULL, TOKEN, way->port);
  g_assert_cmpint (way_state (way)->checked_us, ==, CS_UNKNOWN);
}

static void
test_goes_while_asking (void)
{
  Way *way = way_new (&quick);
  g_autofree char *url = NULL;

  way_serve (way);
  way->status = SOUP_STATUS_REQUEST_TIMEOUT;
  url = g_strdup_printf ("http://127.0.0.1:%u", way->server_port);
  cs_address_check_set_target (way->check, url, TOKEN, way->port);
  way_wait (way->n_asked == 1);
  way_free (way);
}

typedef struct {
  const char *name;
  const char *request;
  const char *answer;
} RouteCase;

static const RouteCase route_cases[] = {
  { "nonce", "GET " CHECK "?nonce=" NONCE, "HTTP/1.1 200 " },
  { "long-nonce", "GET " CHECK "?nonce=" NONCE NONCE, "HTTP/1.1 200 " },
  { "no-query", "GET " CHECK, "HTTP/1.1 400 " },
  { "no-nonce", "GET " CHECK "?nonce=", "HTTP/1.1 400 " },
  { "short-nonce", "GET " CHECK "?nonce=0011", "HTTP/1.1 400 " },
  { "too-long-nonce", "GET " CHECK "?nonce=" NONCE NONCE "00", "HTTP/1.1 400 " },
  { "no-hexadecimal-digits", "GET " CHECK "?nonce=zz112233445566778899aabbccddeeff", "HTTP/1.1 400 " },
  { "post", "POST " CHECK "?nonce=" NONCE, "HTTP/1.1 405 " },
  { "head", "HEAD " CHECK "?nonce=" NONCE, "HTTP/1.1 405 " },
  { "wrong-token", "GET " CHECK "x?nonce=" NONCE, "HTTP/1.1 404 " },
  { "no-token", "GET " CS_RECEIVER_CHECK_PREFIX "?nonce=" NONCE, "HTTP/1.1 404 " },
};

static void
test_route (gconstpointer data)
{
  const RouteCase *c = data;
  g_autoptr (Way) way = way_new (&quick);
  g_autofree char *request = g_strconcat (c->request, " HTTP/1.1\r\n" HOST "\r\n", NULL);
  g_autofree char *answer = raw_client_exchange (way->port, request);

  if (!g_str_has_prefix (answer, c->answer))
    g_error ("“%s” is not “%s”", answer, c->answer);
}

/* Whoever doesn't know the key can't make the answer, and the same nonce proves nothing of another process. */
static void
test_proof (void)
{
  g_autoptr (Way) way = way_new (&quick);
  CsReceiver *twin = receiver_new (way);
  g_autofree char *first = cs_receiver_make_proof (way->receiver, NONCE);
  g_autofree char *again = cs_receiver_make_proof (way->receiver, NONCE);
  g_autofree char *other = cs_receiver_make_proof (twin, NONCE);
  g_autofree char *nonce = cs_receiver_begin_check (way->receiver);
  g_autofree char *next = cs_receiver_begin_check (way->receiver);

  g_assert_cmpuint (strlen (first), ==, 64);
  g_assert_cmpstr (first, ==, again);
  g_assert_cmpstr (first, !=, other);
  g_assert_cmpuint (strlen (nonce), ==, 32);
  g_assert_cmpstr (nonce, !=, next);
  g_assert_cmpint (cs_receiver_end_check (way->receiver), ==, CS_CHECK_NOT_ARRIVED);
  cs_receiver_free (twin);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  /* A request that is refused is logged. */
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);

  g_test_add_func ("/address-check/all-well", test_good);
  for (gsize i = 0; i < G_N_ELEMENTS (server_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/address-check/between/", server_cases[i].name, NULL);

      g_test_add_data_func (path, &server_cases[i], test_server);
    }
  g_test_add_func ("/address-check/between/endless-answer", test_endless_answer);
  g_test_add_func ("/address-check/between/another-callstats-with-the-same-token", test_twin);
  g_test_add_func ("/address-check/closed-port", test_closed_port);
  g_test_add_func ("/address-check/self-signed-certificate", test_certificate);
  g_test_add_func ("/address-check/no-tls", test_no_tls);
  g_test_add_func ("/address-check/slow", test_slow);
  g_test_add_func ("/address-check/http-over-a-network-is-not-asked", test_plain);
  g_test_add_func ("/address-check/unknown-name", test_no_name);
  g_test_add_func ("/address-check/offline", test_offline);
  g_test_add_func ("/address-check/repeats-and-backs-off", test_repeats);
  g_test_add_func ("/address-check/by-hand", test_by_hand);
  g_test_add_func ("/address-check/new-address", test_new_address);
  g_test_add_func ("/address-check/goes-while-asking", test_goes_while_asking);
  g_test_add_func ("/address-check/proof", test_proof);
  for (gsize i = 0; i < G_N_ELEMENTS (route_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/address-check/route/", route_cases[i].name, NULL);

      g_test_add_data_func (path, &route_cases[i], test_route);
    }
  return g_test_run ();
}
