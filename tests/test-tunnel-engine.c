/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-engine.h"
#include "raw-client.h"
#include "sshd-fixture.h"

#define TOKEN "0123456789abcdef0123456789abcdef"
#define PATH "/webhook/sipgate/" TOKEN
#define FORM "event=newCall&direction=in&from=4915112345678&to=4921112345&callId=1&origCallId=1&user%5B%5D=Alice&" \
             "userId%5B%5D=w0&fullUserId%5B%5D=1234567w0"

#define wait_until(condition) \
  G_STMT_START { \
    gint64 end_us_ = g_get_monotonic_time () + SSHD_PATIENCE_US; \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > end_us_) \
          g_error ("Waited in vain for %s", #condition); \
        if (!g_main_context_iteration (NULL, FALSE)) \
          g_usleep (500); \
      } \
  } G_STMT_END

/* An engine whose tunnel leads to an sshd that announces addresses. */
typedef struct {
  Sshd *sshd;              /* (owned) */
  CsEngine *engine;        /* (owned) */
  CsEngineConfig *config;  /* (owned) */
} Station;

static void
do_nothing (CsEngine *engine,
            gpointer  data)
{
}

static Station *
station_new (void)
{
  Station *self = g_new0 (Station, 1);
  CsEngineConfig *config = cs_engine_config_new ();
  g_autoptr (GError) error = NULL;

  self->sshd = sshd_new ("", TRUE);
  sshd_start (self->sshd);
  self->config = config;
  config->data_dir = g_strdup (self->sshd->data_dir);
  config->webhook_token = g_strdup (TOKEN);
  config->public_url = g_strdup ("https://set.example");
  config->public_key_file = g_strdup ("");
  config->timezone = g_strdup ("Europe/Berlin");
  config->stale_minutes = 240;
  config->exotel_base_url = g_strdup ("");
  config->exotel_account_sid = g_strdup ("");
  config->exotel_api_key = g_strdup ("");
  config->exotel_api_token = g_strdup ("");
  config->exotel_timezone = g_strdup ("Asia/Kolkata");
  config->tunnel_mode = CS_TUNNEL_SSH;
  config->tunnel_host = g_strdup ("127.0.0.1");
  config->tunnel_port = self->sshd->port;
  config->tunnel_user = g_strdup (g_get_user_name ());
  config->tunnel_host_key = g_strdup ("");
  config->tunnel_remote_port = sshd_find_free_port ();
  self->engine = cs_engine_new ();
  g_signal_connect (self->engine, "snapshot", G_CALLBACK (do_nothing), NULL);
  g_assert_true (cs_engine_start (self->engine, config, &error));
  g_assert_no_error (error);
  return self;
}

static void
station_free (Station *self)
{
  cs_engine_stop (self->engine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (self->engine);
  cs_engine_config_free (self->config);
  sshd_free (self->sshd);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Station, station_free)

static gboolean
is_in (Station       *self,
       CsTunnelPhase  phase)
{
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (self->engine);

  return snapshot->tunnel.phase == phase;
}

static gboolean
has_url (Station    *self,
         const char *url)
{
  g_autoptr (CsSnapshot) snapshot = cs_engine_get_snapshot (self->engine);

  return g_strcmp0 (snapshot->public_url, url) == 0;
}

static void
trust (Station *self)
{
  g_autofree char *fingerprint = sshd_get_fingerprint (self->sshd);
  g_autoptr (CsSnapshot) snapshot = NULL;

  wait_until (is_in (self, CS_TUNNEL_PHASE_ASKING));
  snapshot = cs_engine_get_snapshot (self->engine);
  g_assert_cmpstr (snapshot->tunnel.fingerprint, ==, fingerprint);
  g_assert_cmpstr (snapshot->public_url, ==, "");
  g_assert_null (snapshot->sipgate_url);
  cs_engine_trust_tunnel_host (self->engine, snapshot->tunnel.fingerprint);
  wait_until (is_in (self, CS_TUNNEL_PHASE_OPEN));
}

/* Sends a new call through the tunnel; returns the answer. (transfer full) */
static char *
ring (Station *self)
{
  g_autofree char *request = g_strdup_printf ("POST " PATH " HTTP/1.1\r\nHost: elsewhere.example\r\n"
                                              "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
                                              strlen (FORM), FORM);

  return raw_client_exchange (self->config->tunnel_remote_port, request);
}

static void
test_announced (void)
{
  g_autoptr (Station) station = station_new ();
  g_autoptr (CsSnapshot) snapshot = NULL;
  g_autofree char *answer = NULL;

  sshd_announce (station->sshd, "one.lhr.life tunneled with tls termination, https://one.lhr.life\n");
  trust (station);
  wait_until (has_url (station, "https://one.lhr.life"));
  snapshot = cs_engine_get_snapshot (station->engine);
  g_assert_cmpstr (snapshot->sipgate_url, ==, "https://one.lhr.life" PATH);
  g_assert_cmpstr (snapshot->tunnel.url, ==, "https://one.lhr.life");

  answer = ring (station);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (answer, "\"https://one.lhr.life" PATH "\""));

  sshd_announce (station->sshd, "Forwarding HTTP traffic from https://two.serveo.net\n");
  wait_until (has_url (station, "https://two.serveo.net"));
  g_free (answer);
  answer = ring (station);
  g_assert_nonnull (strstr (answer, "\"https://two.serveo.net" PATH "\""));
}

static void
test_other_way (void)
{
  g_autoptr (Station) station = station_new ();

  sshd_announce (station->sshd, "Forwarding HTTP traffic from https://two.serveo.net\n");
  trust (station);
  wait_until (has_url (station, "https://two.serveo.net"));

  station->config->tunnel_mode = CS_TUNNEL_MANUAL;
  cs_engine_configure (station->engine, station->config);
  wait_until (has_url (station, "https://set.example"));
  g_assert_true (is_in (station, CS_TUNNEL_PHASE_OFF));

  station->config->tunnel_mode = CS_TUNNEL_SSH;
  cs_engine_configure (station->engine, station->config);
  wait_until (has_url (station, "https://two.serveo.net"));
}

static void
test_forgotten (void)
{
  g_autoptr (Station) station = station_new ();

  trust (station);
  cs_engine_forget_tunnel_host (station->engine);
  trust (station);

  sshd_stop (station->sshd);
  wait_until (is_in (station, CS_TUNNEL_PHASE_WAITING));
  sshd_start (station->sshd);
  cs_engine_retry_tunnel (station->engine);
  wait_until (is_in (station, CS_TUNNEL_PHASE_OPEN));
}

static void
skip (void)
{
  g_test_skip ("sshd isn't installed");
}

static void
add (const char *path,
     GTestFunc   test)
{
  g_test_add_func (path, sshd_is_there () ? test : skip);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);

  add ("/tunnel-engine/announced-address-is-used", test_announced);
  add ("/tunnel-engine/another-way", test_other_way);
  add ("/tunnel-engine/forgotten-host-is-asked-for-again", test_forgotten);

  return g_test_run ();
}
