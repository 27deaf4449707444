# The service on Cloud Run with its store in a bucket, and scheduled training.

locals {
  apis   = ["artifactregistry", "cloudscheduler", "run", "secretmanager", "storage"]
  store  = "gs://${google_storage_bucket.models.name}/models"
  images = "${var.region}-docker.pkg.dev/${var.project}/${google_artifact_registry_repository.images.repository_id}"
}

resource "google_project_service" "apis" {
  for_each = toset(local.apis)

  service            = "${each.value}.googleapis.com"
  disable_on_destroy = false
}

# Cloud Run pulls images from Artifact Registry only.
resource "google_artifact_registry_repository" "images" {
  location      = var.region
  repository_id = var.name
  format        = "DOCKER"

  depends_on = [google_project_service.apis]
}

# A version is never changed; the object that moves is the one with the aliases.
resource "google_storage_bucket" "models" {
  name                        = var.bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  # Objects that `relevance models prune` or a new alias replaced are kept for a month.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 30
    }
  }

  depends_on = [google_project_service.apis]
}

# The service

resource "google_service_account" "service" {
  account_id   = var.name
  display_name = "Service ${var.name}: reads the store"
}

resource "google_storage_bucket_iam_member" "service_reads" {
  bucket = google_storage_bucket.models.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.service.member
}

resource "google_secret_manager_secret" "api_keys" {
  secret_id = "${var.name}-api-keys"

  replication {
    auto {}
  }

  depends_on = [google_project_service.apis]
}

# Digests, so the state of Terraform has no key.
resource "google_secret_manager_secret_version" "api_keys" {
  secret      = google_secret_manager_secret.api_keys.id
  secret_data = join(",", var.api_key_digests)
}

resource "google_secret_manager_secret_iam_member" "service_reads" {
  secret_id = google_secret_manager_secret.api_keys.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.service.member
}

resource "google_cloud_run_v2_service" "relevance" {
  name                = var.name
  location            = var.region
  ingress             = var.ingress
  deletion_protection = var.deletion_protection

  template {
    service_account                  = google_service_account.service.email
    max_instance_request_concurrency = 250
    timeout                          = "60s"

    scaling {
      min_instance_count = var.min_instances
      max_instance_count = var.max_instances
    }

    containers {
      image = "${local.images}/relevance:${var.image_tag}"
      args  = ["serve"]

      ports {
        # HTTP/1; `h2c` is HTTP/2 up to the container, which gRPC needs.
        name           = var.http2 ? "h2c" : "http1"
        container_port = 8080
      }

      resources {
        limits = {
          cpu    = "1"
          memory = "512Mi"
        }
        # Without processor time between requests an idle instance reads the alias late.
        cpu_idle          = var.min_instances == 0
        startup_cpu_boost = true
      }

      env {
        name  = "RELEVANCE_STORE"
        value = local.store
      }
      env {
        # Above the 600 s for which Google's balancer keeps idle connections.
        name  = "RELEVANCE_HEADER_TIMEOUT_MS"
        value = "620000"
      }
      env {
        # Traces in the log.
        name  = "GOOGLE_CLOUD_PROJECT"
        value = var.project
      }
      env {
        name = "RELEVANCE_API_KEYS"
        value_source {
          secret_key_ref {
            secret  = google_secret_manager_secret.api_keys.secret_id
            version = google_secret_manager_secret_version.api_keys.version
          }
        }
      }

      startup_probe {
        period_seconds    = 1
        timeout_seconds   = 1
        failure_threshold = 90
        http_get {
          path = "/v2/health/ready"
        }
      }
      liveness_probe {
        period_seconds    = 10
        timeout_seconds   = 3
        failure_threshold = 3
        http_get {
          path = "/v2/health/live"
        }
      }
    }
  }

  # An instance reads the store and the secret when it starts.
  depends_on = [
    google_storage_bucket_iam_member.service_reads,
    google_secret_manager_secret_iam_member.service_reads,
  ]
}

resource "google_cloud_run_v2_service_iam_member" "invokers" {
  for_each = toset(var.invokers)

  name     = google_cloud_run_v2_service.relevance.name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value
}
