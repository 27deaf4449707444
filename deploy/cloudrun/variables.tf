variable "project" {
  description = "Google Cloud project, with billing."
  type        = string
}

variable "region" {
  description = "Region of everything, such as europe-west1."
  type        = string
}

variable "name" {
  description = "Name of the service, and start of the names of job, accounts and secret."
  type        = string
  default     = "relevance"

  validation {
    # Names of service accounts have at most 30 characters, and end with -scheduler here.
    condition     = can(regex("^[a-z][a-z0-9-]{4,18}[a-z0-9]$", var.name))
    error_message = "The name must have 6 to 20 lower-case letters, digits and hyphens, and start with a letter."
  }
}

variable "bucket" {
  description = "Name of the bucket for the store, which is created; unique in all of Google Cloud."
  type        = string
}

variable "api_key_digests" {
  description = "SHA-256 digests of the clients' keys, in hexadecimal."
  type        = list(string)

  validation {
    condition     = length(var.api_key_digests) > 0
    error_message = "Give at least one digest: printf %s KEY | sha256sum."
  }
  validation {
    condition     = alltrue([for digest in var.api_key_digests : can(regex("^[0-9a-f]{64}$", digest))])
    error_message = "A digest has 64 lower-case hexadecimal digits: printf %s KEY | sha256sum."
  }
}

variable "invokers" {
  description = "Who may call the service: [\"allUsers\"] leaves it to the keys, members such as \"group:…\" need a token of Google's too."
  type        = list(string)
}

variable "ingress" {
  description = "Where requests may come from."
  type        = string
  default     = "INGRESS_TRAFFIC_ALL"
}

variable "image_tag" {
  description = "Tag of the images relevance and relevance-full in the repository that is created."
  type        = string
}

variable "min_instances" {
  description = "Instances without requests. From 1 on, instances have processor time between requests and read the alias every 30 s."
  type        = number
  default     = 0
}

variable "max_instances" {
  description = "Limit of the instances, and so of the costs."
  type        = number
  default     = 3
}

variable "http2" {
  description = "HTTP/2 up to the container, for gRPC."
  type        = bool
  default     = false
}

variable "training_data" {
  description = "Data of the training, as for `relevance train --data`."
  type        = string
}

variable "data_bucket" {
  description = "Bucket of the data, which the training may read; empty when it is the store's, or none."
  type        = string
  default     = ""
}

variable "training_memory" {
  description = "Memory of the training: some 300 bytes a row and the file itself."
  type        = string
  default     = "2Gi"
}

variable "promote" {
  description = "Serve a new version at once when the gate passes; otherwise it becomes the candidate."
  type        = bool
  default     = false
}

variable "schedule" {
  description = "When to train, as a cron expression in UTC."
  type        = string
  default     = "30 3 * * 1"
}

variable "deletion_protection" {
  description = "Refuse to destroy service and job."
  type        = bool
  default     = true
}
