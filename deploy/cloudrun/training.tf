# Training as a job, on a schedule.

resource "google_service_account" "trainer" {
  account_id   = "${var.name}-trainer"
  display_name = "Training of ${var.name}: reads the data, writes the store"
}

resource "google_storage_bucket_iam_member" "trainer_writes" {
  bucket = google_storage_bucket.models.name
  role   = "roles/storage.objectUser"
  member = google_service_account.trainer.member
}

resource "google_storage_bucket_iam_member" "trainer_reads" {
  count = var.data_bucket == "" ? 0 : 1

  bucket = var.data_bucket
  role   = "roles/storage.objectViewer"
  member = google_service_account.trainer.member
}

resource "google_cloud_run_v2_job" "train" {
  name                = "${var.name}-train"
  location            = var.region
  deletion_protection = var.deletion_protection

  template {
    template {
      service_account = google_service_account.trainer.email
      # A job cannot tell a model that the gate refuses (exit code 3) from a lost connection.
      max_retries = 0
      timeout     = "3600s"

      containers {
        # With `--build-arg COMMAND=full`.
        image = "${local.images}/relevance-full:${var.image_tag}"
        args  = concat(["train"], var.promote ? ["--promote"] : [])

        resources {
          limits = {
            cpu    = "2"
            memory = var.training_memory
          }
        }

        env {
          name  = "RELEVANCE_DATA"
          value = var.training_data
        }
        env {
          name  = "RELEVANCE_STORE"
          value = local.store
        }
        env {
          # No text of the data in the log.
          name  = "RELEVANCE_EXAMPLES"
          value = "0"
        }
      }
    }
  }

  depends_on = [google_project_service.apis]
}

resource "google_service_account" "scheduler" {
  account_id   = "${var.name}-scheduler"
  display_name = "Schedule of ${var.name}: starts the training"
}

resource "google_cloud_run_v2_job_iam_member" "scheduler_runs" {
  name     = google_cloud_run_v2_job.train.name
  location = var.region
  role     = "roles/run.invoker"
  member   = google_service_account.scheduler.member
}

resource "google_cloud_scheduler_job" "train" {
  name      = "${var.name}-train"
  region    = var.region
  schedule  = var.schedule
  time_zone = "Etc/UTC"

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.train.id}:run"

    oauth_token {
      service_account_email = google_service_account.scheduler.email
    }
  }

  depends_on = [google_project_service.apis]
}
