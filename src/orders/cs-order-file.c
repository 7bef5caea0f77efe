/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "callstats"
#define _GNU_SOURCE /* leases */

#include "config.h"

#include "orders/cs-order-book.h"
#include "orders/cs-order-error.h"
#include "orders/cs-order-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A change is seldom alone. */
#define SETTLE_MS 100
/* How soon to look again at a file that isn't finished, and how often at one of which nothing was heard. */
#define AGAIN_MS 250
#define MAX_SILENT_LOOKS 20
#define POLL_MS 5000
/* How long a file has to stay as it is where nothing else tells that it is finished, and where only its last line end is missing. */
#define QUIET_US (2 * G_TIME_SPAN_SECOND)
#define BARE_END_US G_TIME_SPAN_SECOND

/* CsOrderFile:
 *
 * The orders of the file stand in a book of our own, which only the file is read into, so that reading a large one is a
 * transaction, and a restart doesn't need the file. All that touches the file happens on the book's writing thread. */
struct _CsOrderFile
{
  GObject parent_instance;

  char *path;                /* (owned) */
  char *name;                /* (owned) for the user */
  CsOrderBook *book;         /* (owned) */
  GFileMonitor *monitor;     /* (owned) (nullable) of the folder */
  GCancellable *cancellable; /* (owned) */
  GSource *timer;            /* (owned) (nullable) */
  gboolean is_reading;
  guint n_unfinished;        /* looks in a row at which it wasn't finished */
  gboolean is_settled;       /* the first look at the file is over */
  gboolean is_usable;        /* the book holds what some version of this file said */
  GPtrArray *waiting;        /* (owned) (element-type GTask) who asked before that */
  char *error;               /* (owned) (nullable) */
  gint64 read_us;
};

/* What a look at the file brought. */
typedef struct {
  gboolean is_again;         /* it isn't finished */
  gboolean is_usable;
  gint64 read_us;            /* when the book's contents were read, 0: never */
  char *fault;               /* (owned) (nullable) why the book is as it was */
  char *left_out;            /* (owned) (nullable) which rows of the file the book doesn't have */
} Look;

static void cs_order_file_source_init (CsOrderSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CsOrderFile, cs_order_file, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (CS_TYPE_ORDER_SOURCE, cs_order_file_source_init))

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void schedule (CsOrderFile *self,
                      guint        ms);

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->fault);
  g_free (look->left_out);
  g_free (look);
}

/* One version of the file: written over, or replaced by another, it has another stamp. */
static char *
make_stamp (const struct stat *info)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld",
                          (guint64) info->st_dev, (guint64) info->st_ino, (gint64) info->st_size, (gint64) info->st_mtim.tv_sec,
                          info->st_mtim.tv_nsec);
}

static gboolean
ends_in_line (int                fd,
              const struct stat *info)
{
  char last;

  return info->st_size > 0 && pread (fd, &last, 1, info->st_size - 1) == 1 && last == '\n';
}

/* Whether somebody is still writing. A lease for reading is only given while nobody has the file open for writing; where none can
 * be had (some network drives), and where the last line has no end, the file has to have been left alone for a while. */
static gboolean
is_finished (int                fd,
             const struct stat *info)
{
  gint64 changed_us = info->st_mtim.tv_sec * G_USEC_PER_SEC + info->st_mtim.tv_nsec / 1000;
  gint64 age_us = g_get_real_time () - changed_us;
  gboolean is_whole = ends_in_line (fd, info);

  /* Whoever opens the file meanwhile makes the kernel send a signal: one that does nothing. */
  fcntl (fd, F_SETSIG, SIGURG);
  if (fcntl (fd, F_SETLEASE, F_RDLCK) == 0)
    {
      fcntl (fd, F_SETLEASE, F_UNLCK);
      return is_whole || age_us < 0 || age_us >= BARE_END_US;
    }
  if (errno == EAGAIN)
    return FALSE;
  return age_us < 0 || age_us >= QUIET_US;
}

/* A reason becomes part of a sentence. */
static char *
dup_without_stop (const char *reason)
{
  gsize length = strlen (reason);

  return g_strndup (reason, g_str_has_suffix (reason, ".") ? length - 1 : length);
}

static char *
describe_faults (CsOrderImport *import)
{
  CsOrderFault *first = g_ptr_array_index (import->faults, 0);
  guint line = (guint) first->line, n_more = (guint) import->n_faults - 1;
  g_autofree char *reason = dup_without_stop (first->reason);
  g_autofree char *more = NULL;

  if (n_more == 0)
    return g_strdup_printf (_("line %u: %s"), line, reason);
  more = g_strdup_printf (ngettext ("%u more line is wrong", "%u more lines are wrong", n_more), n_more);
  return g_strdup_printf (_("line %u: %s (%s)"), line, reason, more);
}

/* A file of which nothing can be used isn't a book of orders, and one that breaks off within a row isn't whole. */
static gboolean
is_refused (const CsOrderImport *import,
            int                  fd,
            const struct stat   *info)
{
  return !import->is_kept || (import->n_faults > 0 && import->n_orders == 0)
         || (import->ends_in_fault && !ends_in_line (fd, info));
}

/* Reads the open file into the book. Returns FALSE where it changed meanwhile. */
static gboolean
read_into (CsOrderBookDb *db,
           const char    *path,
           int            fd,
           const char    *stamp,
           GCancellable  *cancellable,
           Look          *look)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (fd, FALSE);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsOrderImport) import = cs_order_import_stage (db, stream, 0, NULL, NULL, NULL, cancellable, &error);
  g_autofree char *after = NULL, *read = NULL;
  struct stat info = { 0 };

  if (fstat (fd, &info) == 0)
    after = make_stamp (&info);
  if (g_strcmp0 (after, stamp) != 0)
    {
      cs_order_book_db_rollback (db);
      return FALSE;
    }
  if (import == NULL || is_refused (import, fd, &info))
    {
      look->fault = import == NULL ? dup_without_stop (error->message) : describe_faults (import);
      cs_order_book_db_rollback (db);
      return TRUE;
    }

  look->left_out = import->n_faults > 0 ? describe_faults (import) : NULL;
  look->read_us = g_get_real_time ();
  read = g_strdup_printf ("%" G_GINT64_FORMAT, look->read_us);
  look->is_usable = cs_order_book_db_set_note (db, "path", path, &error) && cs_order_book_db_set_note (db, "stamp", stamp, &error)
                    && cs_order_book_db_set_note (db, "read", read, &error)
                    && cs_order_book_db_set_note (db, "left-out", look->left_out != NULL ? look->left_out : "", &error)
                    && cs_order_book_db_commit (db, &error);
  if (!look->is_usable)
    {
      cs_order_book_db_rollback (db);
      look->fault = g_strdup (error->message);
    }
  return TRUE;
}

/* On the book's writing thread. */
static void
look_at_file (CsOrderBook   *book,
              CsOrderBookDb *db,
              GTask         *task)
{
  const char *path = g_task_get_task_data (task);
  g_autofree char *read_path = cs_order_book_db_get_note (db, "path"), *read_stamp = cs_order_book_db_get_note (db, "stamp");
  g_autofree char *read = cs_order_book_db_get_note (db, "read"), *stamp = NULL;
  Look *look = g_new0 (Look, 1);
  gboolean was_usable = g_strcmp0 (read_path, path) == 0, stamp_is_new = FALSE;
  struct stat info;
  /* What isn't a file must not make this thread wait. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  look->is_usable = was_usable;
  look->read_us = was_usable && read != NULL ? g_ascii_strtoll (read, NULL, 10) : 0;
  if (fd < 0 || fstat (fd, &info) != 0)
    {
      look->fault = g_strdup (g_strerror (errno));
    }
  else if (!S_ISREG (info.st_mode))
    {
      look->fault = g_strdup (_("it isn’t a file"));
    }
  else
    {
      stamp = make_stamp (&info);
      stamp_is_new = !was_usable || g_strcmp0 (read_stamp, stamp) != 0;
      if (!stamp_is_new)
        look->left_out = cs_order_book_db_get_note (db, "left-out");
      else
        look->is_again = !is_finished (fd, &info) || !read_into (db, path, fd, stamp, g_task_get_cancellable (task), look);
      look->is_usable = look->is_usable || was_usable;
    }
  if (fd >= 0)
    close (fd);
  if (stamp_is_new && look->fault == NULL && !look->is_again)
    cs_order_book_tell_end (book, cs_order_book_db_count (db, NULL));
  g_task_return_pointer (task, look, look_free);
}

/* left_out: (nullable) which rows of the file can't be used, "" as good as NULL */
static void
set_error (CsOrderFile *self,
           const char  *fault,
           const char  *left_out)
{
  g_clear_pointer (&self->error, g_free);
  if (fault == NULL && left_out != NULL && *left_out != '\0')
    self->error = g_strdup_printf (_("Not all of “%s” can be used: %s. The other orders are. Mend the file; it is read again at once."),
                                   self->name, left_out);
  else if (fault != NULL && self->is_usable)
    self->error = g_strdup_printf (_("“%s” can’t be used: %s. Callers hear what it said before. Mend the file; it is read again at once."),
                                   self->name, fault);
  else if (fault != NULL)
    self->error = g_strdup_printf (_("“%s” can’t be used: %s. Callers are asked to try again later. Mend the file, or choose "
                                     "another one."), self->name, fault);
}

static void
on_looked_up (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  gboolean is_found;
  CsOrderState state = CS_ORDER_RECEIVED;

  if (!cs_order_source_look_up_finish (CS_ORDER_SOURCE (source), result, &is_found, &state, &error))
    g_task_return_error (task, error);
  else
    g_task_return_int (task, is_found ? (int) state : -1);
}

/* Takes the task. */
static void
answer (CsOrderFile *self,
        GTask       *task)
{
  if (self->is_usable)
    {
      cs_order_source_look_up_async (CS_ORDER_SOURCE (self->book), g_task_get_task_data (task), g_task_get_cancellable (task),
                                     on_looked_up, task);
      return;
    }
  g_task_return_new_error (task, CS_ORDER_ERROR, CS_ORDER_ERROR_UNAVAILABLE, "%s",
                           self->error != NULL ? self->error : _("The orders weren’t read yet."));
  g_object_unref (task);
}

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  CsOrderFile *self = data;
  g_autoptr (GPtrArray) waiting = NULL;
  g_autofree char *old_error = g_strdup (self->error);
  gint64 old_read_us = self->read_us;
  Look *look = g_task_propagate_pointer (G_TASK (result), NULL);

  self->is_reading = FALSE;
  if (look == NULL || g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&look, look_free);
      g_object_unref (self);
      return;
    }

  self->is_usable = look->is_usable;
  self->read_us = look->read_us;
  self->n_unfinished = look->is_again ? self->n_unfinished + 1 : 0;
  if (!look->is_again)
    set_error (self, look->fault, look->left_out);
  else if (self->n_unfinished > MAX_SILENT_LOOKS)
    set_error (self, _("another program hasn’t finished writing it, or keeps it open"), NULL);
  self->is_settled = self->is_settled || !look->is_again || self->is_usable;
  if (self->timer == NULL)
    schedule (self, look->is_again ? AGAIN_MS : POLL_MS);
  if (self->is_settled)
    {
      waiting = g_steal_pointer (&self->waiting);
      self->waiting = g_ptr_array_new ();
      for (guint i = 0; i < waiting->len; i++)
        answer (self, g_ptr_array_index (waiting, i));
    }
  look_free (look);
  if (self->read_us != old_read_us || g_strcmp0 (self->error, old_error) != 0)
    g_signal_emit (self, signals[CHANGED], 0);
  g_object_unref (self);
}

static gboolean
on_timer (gpointer data)
{
  CsOrderFile *self = data;
  GTask *task;

  g_clear_pointer (&self->timer, g_source_unref);
  if (self->is_reading)
    {
      schedule (self, AGAIN_MS);
      return G_SOURCE_REMOVE;
    }
  self->is_reading = TRUE;
  task = g_task_new (self, self->cancellable, on_looked, g_object_ref (self));
  g_task_set_source_tag (task, on_timer);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (self->path), g_free);
  cs_order_book_run (self->book, look_at_file, task);
  return G_SOURCE_REMOVE;
}

static void
schedule (CsOrderFile *self,
          guint        ms)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  self->timer = g_timeout_source_new (ms);
  g_source_set_priority (self->timer, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* A replacement is seen in the folder: the file that was watched would be the old one. */
static void
on_folder_changed (GFileMonitor      *monitor,
                   GFile             *file,
                   GFile             *other,
                   GFileMonitorEvent  event,
                   gpointer           data)
{
  CsOrderFile *self = data;
  g_autoptr (GFile) own = g_file_new_for_path (self->path);

  if (g_file_equal (file, own) || (other != NULL && g_file_equal (other, own)))
    schedule (self, SETTLE_MS);
}

static void
cs_order_file_look_up_async (CsOrderSource       *source,
                             const char          *customer,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  CsOrderFile *self = CS_ORDER_FILE (source);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, cs_order_file_look_up_async);
  g_task_set_priority (task, G_PRIORITY_HIGH);
  g_task_set_task_data (task, g_strdup (customer), g_free);
  if (self->is_settled)
    answer (self, task);
  else
    g_ptr_array_add (self->waiting, task);
}

static gboolean
cs_order_file_look_up_finish (CsOrderSource  *source,
                              GAsyncResult   *result,
                              gboolean       *is_found,
                              CsOrderState   *state,
                              GError        **error)
{
  GError *local = NULL;
  gssize found = g_task_propagate_int (G_TASK (result), &local);

  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  *is_found = found >= 0;
  if (*is_found)
    *state = found;
  return TRUE;
}

static void
cs_order_file_source_init (CsOrderSourceInterface *iface)
{
  iface->look_up_async = cs_order_file_look_up_async;
  iface->look_up_finish = cs_order_file_look_up_finish;
}

static void
cs_order_file_finalize (GObject *object)
{
  CsOrderFile *self = CS_ORDER_FILE (object);

  g_assert (self->timer == NULL);
  g_clear_object (&self->book);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->waiting);
  g_free (self->path);
  g_free (self->name);
  g_free (self->error);

  G_OBJECT_CLASS (cs_order_file_parent_class)->finalize (object);
}

static void
cs_order_file_class_init (CsOrderFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = cs_order_file_finalize;

  signals[CHANGED] = g_signal_new ("changed", CS_TYPE_ORDER_FILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cs_order_file_init (CsOrderFile *self)
{
  self->waiting = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
}

/* Watches the file; the orders read from it are kept in a database at db_path. Who asks before the file was looked at waits. */
CsOrderFile *
cs_order_file_new (const char *path,
                   const char *db_path)
{
  CsOrderFile *self = g_object_new (CS_TYPE_ORDER_FILE, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *name = g_file_get_basename (file);

  self->path = g_file_get_path (file);
  self->name = g_filename_display_name (name);
  self->book = cs_order_book_new (db_path);
  if (folder != NULL)
    self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  /* Without it the file is looked at now and then. */
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (on_folder_changed), self, 0);
  schedule (self, 0);
  return self;
}

/* Ends what is being read, and answers who waits. Whoever drops it closes it. */
void
cs_order_file_close (CsOrderFile *self)
{
  g_return_if_fail (CS_IS_ORDER_FILE (self));

  g_cancellable_cancel (self->cancellable);
  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  self->is_usable = FALSE;
  for (guint i = 0; i < self->waiting->len; i++)
    answer (self, g_ptr_array_index (self->waiting, i));
  g_ptr_array_set_size (self->waiting, 0);
  cs_order_book_close (self->book);
}

const char *
cs_order_file_get_path (CsOrderFile *self)
{
  return self->path;
}

/* Why the file's last version can't be used, as a sentence, or NULL where it can. (nullable) */
const char *
cs_order_file_get_error (CsOrderFile *self)
{
  return self->error;
}

/* When what callers hear was read, in microseconds UTC; 0 where nothing was. */
gint64
cs_order_file_get_read_us (CsOrderFile *self)
{
  return self->read_us;
}

gint64
cs_order_file_get_n_orders (CsOrderFile *self)
{
  return self->is_usable ? cs_order_book_get_n_orders (self->book) : 0;
}
