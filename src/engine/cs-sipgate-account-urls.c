/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"

#include "config.h"

#include "engine/cs-bookmark.h"
#include "engine/cs-sipgate-account-private.h"
#include "json/cs-json.h"
#include "store/cs-store-health.h"

#include <glib/gi18n.h>
#include <string.h>

#define CHECK_EVERY_US (15 * G_TIME_SPAN_MINUTE)
#define RETRY_EVERY_US G_TIME_SPAN_MINUTE

/* What is to be done with the settings. */
typedef enum {
  URL_CHECK,
  URL_REGISTER,
  URL_RESTORE,
} UrlPurpose;

/* Settings on their way: read, changed, and read again, because only that tells whether sipgate took the change. */
struct _CsSipgateUrlJob
{
  CsSipgateAccount *account; /* (nullable) NULL: nobody waits for it any more */
  UrlPurpose purpose;
  GTask *task;               /* (owned) (nullable) whom it is done for */
  char *url;                 /* (owned) (nullable) ours */
  char *incoming;            /* (owned) (nullable) what was put */
  char *outgoing;            /* (owned) (nullable) */
};

static void
url_job_free (CsSipgateUrlJob *job)
{
  g_clear_object (&job->task);
  g_free (job->url);
  g_free (job->incoming);
  g_free (job->outgoing);
  g_free (job);
}

/* Whether an address leads here, or did so before: its host may be an earlier one of the tunnel. */
static gboolean
is_ours (CsSipgateAccount *self,
         const char       *url)
{
  g_autofree char *path = g_strconcat ("/webhook/sipgate/", self->config->webhook_token, NULL);
  g_autofree char *registered = cs_store_get_state (self->store, CS_SIPGATE_REGISTERED_STATE);

  return g_str_has_suffix (url, path) || (*url != '\0' && g_strcmp0 (url, registered) == 0);
}

/* The addresses that were set before ours; FALSE where none are remembered. */
static gboolean
get_former (CsSipgateAccount  *self,
            char             **incoming,
            char             **outgoing)
{
  g_autofree char *text = cs_store_get_state (self->store, CS_SIPGATE_FORMER_STATE);
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  g_autoptr (CsSipgateSettings) former = bytes != NULL ? cs_sipgate_settings_parse (bytes, NULL) : NULL;

  if (former == NULL)
    return FALSE;
  *incoming = g_strdup (former->incoming_url);
  *outgoing = g_strdup (former->outgoing_url);
  return TRUE;
}

/* Remembers what isn't ours; for a direction that is ours already what was remembered before stays. */
static void
remember_former (CsSipgateAccount        *self,
                 const CsSipgateSettings *settings)
{
  g_autofree char *incoming = NULL, *outgoing = NULL, *text = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_alloc ();

  if (is_ours (self, settings->incoming_url) && is_ours (self, settings->outgoing_url))
    return;
  get_former (self, &incoming, &outgoing);
  json_object_set_string_member (object, "incomingUrl",
                                 !is_ours (self, settings->incoming_url) ? settings->incoming_url
                                 : incoming != NULL                      ? incoming
                                                                         : "");
  json_object_set_string_member (object, "outgoingUrl",
                                 !is_ours (self, settings->outgoing_url) ? settings->outgoing_url
                                 : outgoing != NULL                      ? outgoing
                                                                         : "");
  json_node_init_object (node, object);
  text = json_to_string (node, FALSE);
  cs_bookmark_set (self->recorder, CS_SIPGATE_FORMER_STATE, text);
}

static void
note_settings (CsSipgateAccount        *self,
               const CsSipgateSettings *settings)
{
  g_autofree char *incoming = NULL, *outgoing = NULL;

  if (*settings->incoming_url == '\0' && *settings->outgoing_url == '\0')
    self->state.url_state = CS_SIPGATE_URL_NONE;
  else if (self->url != NULL && g_str_equal (settings->incoming_url, self->url) && g_str_equal (settings->outgoing_url, self->url))
    self->state.url_state = CS_SIPGATE_URL_OURS;
  else
    self->state.url_state = CS_SIPGATE_URL_OTHER;
  self->state.can_restore = get_former (self, &incoming, &outgoing) && (is_ours (self, settings->incoming_url)
                                                                        || is_ours (self, settings->outgoing_url));
}

/* Whether only somebody's hand mends it, so that asking again soon is in vain. */
static gboolean
is_lasting (const GError *error)
{
  return g_error_matches (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_TOKEN)
         || g_error_matches (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_NOT_BOOKED)
         || g_error_matches (error, CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_ADDRESS);
}

/* Ends the job; error: (nullable) why it failed. */
static void
end_job (CsSipgateUrlJob *job,
         const GError    *error)
{
  CsSipgateAccount *self = job->account;
  gint64 now_us = cs_sipgate_account_get_now (self);
  gint64 told_us = (gint64) (cs_sipgate_client_get_wait (self->client) / self->limits.time_scale);

  g_clear_pointer (&self->state.url_error, g_free);
  if (error != NULL)
    self->state.url_error = g_strdup (error->message);
  if (error != NULL && job->purpose == URL_CHECK)
    self->state.url_state = CS_SIPGATE_URL_UNKNOWN;
  self->next_url_us = now_us + (error != NULL && !is_lasting (error) ? MAX (RETRY_EVERY_US, told_us) : CHECK_EVERY_US);
  self->wants_check = TRUE;
  if (error == NULL && job->purpose == URL_REGISTER && g_strcmp0 (job->url, self->url) == 0)
    self->wants_registration = FALSE;
  cs_recorder_commit (self->recorder);

  self->url_job = NULL;
  if (job->task != NULL && error != NULL)
    g_task_return_error (job->task, g_error_copy (error));
  else if (job->task != NULL)
    g_task_return_boolean (job->task, TRUE);
  url_job_free (job);
  cs_sipgate_account_note_activity (self);
  /* The tunnel may have got another address meanwhile. */
  if (error == NULL)
    cs_sipgate_account_attend_urls (self);
}

static void
fail_job (CsSipgateUrlJob *job,
          const char      *sentences)
{
  g_autoptr (GError) error = g_error_new_literal (CS_SIPGATE_CLIENT_ERROR, CS_SIPGATE_CLIENT_ERROR_REFUSED, sentences);

  end_job (job, error);
}

/* Takes the job back from an answer; NULL where nobody waits for it any more. */
static CsSipgateUrlJob *
take_back (CsSipgateUrlJob *job)
{
  if (job->account != NULL)
    return job;
  if (job->task != NULL)
    g_task_return_new_error (job->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The account was changed");
  url_job_free (job);
  return NULL;
}

static void
on_verified (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSipgateSettings) settings = cs_sipgate_client_get_settings_finish (CS_SIPGATE_CLIENT (source), result, &error);
  CsSipgateUrlJob *job = take_back (data);

  if (job == NULL)
    return;
  if (settings == NULL)
    {
      end_job (job, error);
      return;
    }
  if (job->purpose == URL_RESTORE)
    cs_bookmark_set (job->account->recorder, CS_SIPGATE_FORMER_STATE, NULL);
  cs_recorder_commit (job->account->recorder);
  note_settings (job->account, settings);
  if (g_str_equal (settings->incoming_url, job->incoming) && g_str_equal (settings->outgoing_url, job->outgoing))
    end_job (job, NULL);
  else
    fail_job (job, _("sipgate took the new address without an error, but has another one now. Maybe another program changes it, "
                     "too. Look at the webhooks in sipgate’s account settings."));
}

static void
on_put (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_put = cs_sipgate_client_put_settings_finish (CS_SIPGATE_CLIENT (source), result, &error);
  CsSipgateUrlJob *job = take_back (data);

  if (job == NULL)
    return;
  if (!is_put)
    end_job (job, error);
  else
    cs_sipgate_client_get_settings_async (job->account->client, job->account->cancellable, on_verified, job);
}

static void
put_urls (CsSipgateUrlJob         *job,
          const CsSipgateSettings *settings)
{
  CsSipgateAccount *self = job->account;
  g_autoptr (GBytes) body = cs_sipgate_settings_with_urls (settings, job->incoming, job->outgoing);

  /* What was there must be known before it is gone. */
  cs_recorder_commit (self->recorder);
  if (cs_recorder_get_error (self->recorder) != NULL)
    fail_job (job, _("The address that is set at sipgate can’t be remembered, because the disk is full. Nothing was changed there. "
                     "Make room, and try again."));
  else
    cs_sipgate_client_put_settings_async (self->client, body, self->cancellable, on_put, job);
}

static void
restore (CsSipgateUrlJob         *job,
         const CsSipgateSettings *settings)
{
  CsSipgateAccount *self = job->account;

  if (!get_former (self, &job->incoming, &job->outgoing))
    {
      fail_job (job, _("No former addresses are remembered, so nothing was changed."));
      return;
    }
  if (!is_ours (self, settings->incoming_url) && !is_ours (self, settings->outgoing_url))
    {
      fail_job (job, _("The addresses at sipgate were changed by somebody else meanwhile, so they were left as they are."));
      return;
    }
  /* A direction that somebody else has changed is his. */
  if (!is_ours (self, settings->incoming_url))
    {
      g_free (job->incoming);
      job->incoming = g_strdup (settings->incoming_url);
    }
  if (!is_ours (self, settings->outgoing_url))
    {
      g_free (job->outgoing);
      job->outgoing = g_strdup (settings->outgoing_url);
    }
  put_urls (job, settings);
}

static void
on_settings (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsSipgateSettings) settings = cs_sipgate_client_get_settings_finish (CS_SIPGATE_CLIENT (source), result, &error);
  CsSipgateUrlJob *job = take_back (data);
  CsSipgateAccount *self = job != NULL ? job->account : NULL;

  if (job == NULL)
    return;
  if (settings == NULL)
    {
      end_job (job, error);
      return;
    }

  note_settings (self, settings);
  switch (job->purpose)
    {
    case URL_CHECK:
      end_job (job, NULL);
      break;
    case URL_REGISTER:
      remember_former (self, settings);
      cs_bookmark_set (self->recorder, CS_SIPGATE_REGISTERED_STATE, job->url);
      if (g_str_equal (settings->incoming_url, job->url) && g_str_equal (settings->outgoing_url, job->url))
        {
          end_job (job, NULL);
          break;
        }
      job->incoming = g_strdup (job->url);
      job->outgoing = g_strdup (job->url);
      put_urls (job, settings);
      break;
    case URL_RESTORE:
      restore (job, settings);
      break;
    }
}

/* task: (nullable) (transfer full) */
static void
begin_job (CsSipgateAccount *self,
           UrlPurpose        purpose,
           GTask            *task)
{
  CsSipgateUrlJob *job = g_new0 (CsSipgateUrlJob, 1);

  job->account = self;
  job->purpose = purpose;
  job->task = task;
  job->url = g_strdup (self->url);
  self->url_job = job;
  cs_sipgate_account_note_activity (self);
  cs_sipgate_client_get_settings_async (self->client, self->cancellable, on_settings, job);
}

/* What the user wants is done at once, or not at all. */
static void
begin_task (CsSipgateAccount    *self,
            UrlPurpose           purpose,
            gpointer             tag,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  if (self->client != NULL && self->url_job == NULL && (purpose != URL_REGISTER || self->url != NULL))
    {
      begin_job (self, purpose, task);
      return;
    }
  if (self->client == NULL)
    g_task_return_error (task, cs_sipgate_client_error_new (CS_SIPGATE_CLIENT_ERROR_SETTINGS, CS_SIPGATE_ASK_CHANGE, ""));
  else if (self->url_job != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "%s", _("sipgate is just being asked. Try again in a moment."));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED, "%s",
                             _("There is no public address yet under which sipgate reaches this computer. Enter one, or choose the "
                               "built-in tunnel, on the page Receiving."));
  g_object_unref (task);
}

/* Does what is due: registers an address that changed, and looks now and then which one is set. */
void
cs_sipgate_account_attend_urls (CsSipgateAccount *self)
{
  gint64 now_us = cs_sipgate_account_get_now (self);

  if (self->client == NULL || self->url_job != NULL || now_us < self->next_url_us)
    return;
  if (self->wants_registration && self->url != NULL)
    begin_job (self, URL_REGISTER, NULL);
  else if (self->wants_check)
    begin_job (self, URL_CHECK, NULL);
}

/* Gives up a job whose answers are cancelled. What comes of it later frees it. */
void
cs_sipgate_account_drop_urls (CsSipgateAccount *self)
{
  if (self->url_job != NULL)
    self->url_job->account = NULL;
  self->url_job = NULL;
}

/**
 * cs_sipgate_account_set_url:
 * @url: (nullable): the whole address for pushes; %NULL while this computer can't be reached
 *
 * Takes where calls shall be reported. An address that the tunnel announced is registered by itself, where that is set; none is ever
 * taken back.
 */
void
cs_sipgate_account_set_url (CsSipgateAccount *self,
                            const char       *url)
{
  gboolean is_wanted = self->config != NULL && self->config->tunnel_mode == CS_TUNNEL_SSH && self->config->sipgate_register_url;

  if (url != NULL && *url == '\0')
    url = NULL;
  if (g_strcmp0 (self->url, url) != 0)
    {
      g_free (self->url);
      self->url = g_strdup (url);
      self->wants_registration = is_wanted && url != NULL;
      self->wants_check = TRUE;
      self->next_url_us = 0;
    }
  else if (is_wanted && url != NULL && self->state.url_state != CS_SIPGATE_URL_OURS && !self->knows_wish)
    {
      self->wants_registration = TRUE;
      self->next_url_us = 0;
    }
  self->knows_wish = is_wanted;
  self->wants_registration = self->wants_registration && is_wanted;
  cs_sipgate_account_attend_urls (self);
}

/* Lets sipgate report incoming and outgoing calls to the address of now, remembering what is set there. */
void
cs_sipgate_account_register_async (CsSipgateAccount    *self,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  begin_task (self, URL_REGISTER, cs_sipgate_account_register_async, cancellable, callback, user_data);
}

/* Puts back what was set before, unless somebody else has changed it since. */
void
cs_sipgate_account_restore_async (CsSipgateAccount    *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  begin_task (self, URL_RESTORE, cs_sipgate_account_restore_async, cancellable, callback, user_data);
}
