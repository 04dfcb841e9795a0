print("centralino")
