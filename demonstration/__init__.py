"""What organizations show for society: demonstration sites, outreach, volunteering (articles 6, 13–18, 21)."""
