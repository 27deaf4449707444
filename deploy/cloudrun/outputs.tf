output "url" {
  description = "Address of the service."
  value       = google_cloud_run_v2_service.relevance.uri
}

output "store" {
  description = "The store, for `relevance models … --store`."
  value       = local.store
}

output "images" {
  description = "Repository of the images."
  value       = local.images
}
